import io
import zlib

import pytest
from PIL import Image

from waitbench.scenario import BenchError, WrongResultError
from waitbench.workloads import checksum, compress, compute, image


def flat(colour: tuple[int, int, int], side: int) -> bytes:
    """A picture of one colour: what the checks may be deceived with."""
    return image.jpeg(Image.new("RGB", (side, side), colour))


def test_each_quarter_comes_back_small_and_in_its_own_colour() -> None:
    workload = image.Workload(side="128")
    with workload.sync_client() as task:
        for number in range(5):
            workload.check(number, task(number))
        assert Image.open(io.BytesIO(task(0))).size == (32, 32)


def test_another_quarter_is_found() -> None:
    workload = image.Workload(side="128")
    with workload.sync_client() as task, pytest.raises(WrongResultError, match="mean colour"):
        workload.check(0, task(1))


def test_the_check_leans_on_size_and_mean_colour_alone() -> None:
    workload = image.Workload(side="128")
    red, green, blue = image.QUARTERS[2]
    workload.check(2, flat((red + 3, green - 3, blue), 32))
    with pytest.raises(WrongResultError, match="picture of 64 x 64"):
        workload.check(2, flat((red, green, blue), 64))
    with pytest.raises(WrongResultError, match="no picture"):
        workload.check(2, b"JPEG")


def test_the_picture_is_the_same_every_time() -> None:
    first = image.picture(128)
    image.picture.cache_clear()
    assert image.picture(128) == first


def test_both_languages_add_up_alike() -> None:
    # By hand, after RFC 1950: "ab" gives low 1+97+98=196, high 98+196=294.
    assert checksum.adler32(b"ab") == zlib.adler32(b"ab") == 294 << 16 | 196
    for language in checksum.LANGUAGES:
        workload = checksum.Workload(size="1KB", language=language)
        with workload.sync_client() as task:
            workload.check(7, task(7))
            with pytest.raises(WrongResultError, match="another checksum"):
                workload.check(7, task(8))


def test_a_wrong_compression_is_found() -> None:
    workload = compress.Workload(size="1KB")
    with workload.sync_client() as task:
        workload.check(3, task(3))
        with pytest.raises(WrongResultError, match="another text"):
            workload.check(3, task(4))
    with pytest.raises(WrongResultError, match="cannot be decompressed"):
        workload.check(3, b"nothing")


def test_the_better_algorithm_is_checked_by_the_plain_one() -> None:
    workload = compute.Workload(steps="1_000", algorithm="leaps")
    with workload.sync_client() as task:
        workload.check(3, task(3))
        assert task(3) == compute.walk(3, 1_000)
        with pytest.raises(WrongResultError, match="task 3 computed"):
            workload.check(3, task(4))


def test_an_unknown_way_names_those_that_there_are() -> None:
    with pytest.raises(BenchError, match="steps, leaps"):
        compute.Workload(algorithm="jumps")
    with pytest.raises(BenchError, match="python, c"):
        checksum.Workload(language="basic")
