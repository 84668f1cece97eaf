"""Pictures with Pillow, which lets go of the GIL in part: decode, resize, blur, encode."""

from __future__ import annotations

import io
import random
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, ClassVar, NoReturn

from waitbench.registry import optional
from waitbench.scenario import WrongResultError
from waitbench.units import count

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from PIL.Image import Image

SEED = 20261122
QUARTERS = ((200, 60, 40), (50, 170, 70), (40, 80, 190), (210, 190, 120))
"""Mean colours of the picture's quarters: left and right above, left and right below."""
GRAIN = 16
"""Colours stray from those by at most so much, at random."""
OFF = 6.0
"""A mean colour further off than this is wrong; two encoders differ by less than 1."""


class Workload:
    """Task i decodes the picture, halves its quarter i % 4, blurs it and encodes it as JPEG."""

    needs_target: ClassVar = False
    computes: ClassVar = True
    has_async: ClassVar = False
    sync_needs: ClassVar = ("PIL.ImageFilter", "PIL.ImageStat", "PIL.JpegImagePlugin")
    async_needs: ClassVar = ()
    waits_ns = 0

    def __init__(self, side: str = "256") -> None:
        self.side = count(side, "side")

    @contextmanager
    def sync_client(self) -> Iterator[Callable[[int], bytes]]:
        """Make the picture, once per process."""
        from PIL import Image, ImageFilter

        side, encoded = self.side, picture(self.side)
        half, small = side // 2, (self._small, self._small)

        def process(number: int) -> bytes:
            left, top = half * (number % 2), half * (number // 2 % 2)
            with Image.open(io.BytesIO(encoded)) as whole:
                quarter = whole.crop((left, top, left + half, top + half))
            done = quarter.resize(small, Image.Resampling.LANCZOS)
            done = done.filter(ImageFilter.GaussianBlur(2))
            return jpeg(done)

        yield process

    def async_client(self, concurrency: int) -> NoReturn:
        """There is none: a loop cannot await arithmetic."""
        raise NotImplementedError

    def check(self, number: int, result: bytes) -> None:
        """Decode it; its size and mean colour hold for every version of Pillow and libjpeg."""
        from PIL import Image, ImageStat, UnidentifiedImageError

        try:
            back = Image.open(io.BytesIO(result))
        except UnidentifiedImageError:
            raise WrongResultError(f"task {number} gave no picture") from None
        with back:
            size, mean = back.size, ImageStat.Stat(back).mean
        if size != (self._small, self._small):
            raise WrongResultError(f"task {number} gave a picture of {size[0]} x {size[1]}")
        if distance(mean, QUARTERS[number % 4]) > OFF:
            seen = ", ".join(f"{part:.0f}" for part in mean)
            raise WrongResultError(
                f"task {number} gave the mean colour ({seen}), right is {QUARTERS[number % 4]}"
            )

    @property
    def _small(self) -> int:
        return max(1, self.side // 4)


@cache
def picture(side: int) -> bytes:
    """Paint four quarters of softly spotted colour from the fixed seed; encoded as JPEG."""
    from PIL import Image

    random_ = random.Random(SEED)
    whole, half = Image.new("RGB", (side, side)), side // 2
    for number, colour in enumerate(QUARTERS):
        spots = 2 * max(1, half // 16)
        strays = [random_.randint(-GRAIN, GRAIN) for _ in range(spots * spots * 3 // 2)]
        # What is added to one half is taken from the other, so that the mean stays what it is.
        parts = zip(colour * spots * spots, [*strays, *(-stray for stray in strays)], strict=True)
        spotted = bytes(part + stray for part, stray in parts)
        quarter = Image.frombytes("RGB", (spots, spots), spotted).resize((half, half))
        whole.paste(quarter, (half * (number % 2), half * (number // 2)))
    return jpeg(whole)


def jpeg(image: Image) -> bytes:
    """Encode."""
    file = io.BytesIO()
    image.save(file, "JPEG", quality=90)
    return file.getvalue()


def distance(colour: Sequence[float], other: Sequence[float]) -> float:
    """Return the largest difference between the parts of two colours."""
    return max(abs(part - other_part) for part, other_part in zip(colour, other, strict=True))


def unavailable() -> str | None:
    """Return what to install where Pillow is missing; its module has another name."""
    return optional.missing("PIL")
