"""A proxy's settings as text: options, keys of a file, parameters of the control port, and back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from waitbench_server import latency, mix
from waitbench_server.distributions import Stalled
from waitbench_server.problem import bad_parameter
from waitbench_server.proxy.settings import FAULTS, Settings
from waitbench_server.units import size_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

_RATE_LEAST: Final = 64
_RATE_MOST: Final = 16 * 1024**3
_RATE_FORM: Final = "bytes per second: 64 to 16384M, as 64k; 0 for no limit"


@dataclass(frozen=True, kw_only=True, slots=True)
class Parameter:
    """One setting: an option, a key of a file of links, and a parameter of the control port."""

    form: str
    help: str
    lay: Callable[[Settings, str, bool], Settings]
    """Takes the settings so far, the text, and whether it may name a file."""


def _delayed(name: str) -> Callable[[Settings, str, bool], Settings]:
    def lay(settings: Settings, text: str, files: bool) -> Settings:  # noqa: FBT001
        way = replace(getattr(settings, name), delay=latency.parse(text, files=files))
        return replace(settings, **{name: way})

    return lay


def _limited(name: str) -> Callable[[Settings, str, bool], Settings]:
    def lay(settings: Settings, text: str, files: bool) -> Settings:  # noqa: FBT001
        del files
        rate = size_bytes(text)
        if rate and not _RATE_LEAST <= rate <= _RATE_MOST:
            raise ValueError(f"{text[:40]!r} is not a rate")
        return replace(settings, **{name: replace(getattr(settings, name), rate=rate or None)})

    return lay


def _connect(settings: Settings, text: str, files: bool) -> Settings:  # noqa: FBT001
    distribution = latency.parse(text, files=files)
    if isinstance(distribution, Stalled):
        raise ValueError(  # noqa: TRY004 - it is text that was typed
            "'frozen … every …' is for latency and up; a set-up takes a plain delay"
        )
    return replace(settings, connect=distribution)


def _per(settings: Settings, text: str, files: bool) -> Settings:  # noqa: FBT001
    del files
    if text not in {"byte", "turn"}:
        raise ValueError(f"{text[:40]!r} is neither byte nor turn")
    return replace(settings, by_turn=text == "turn")


def _one_fault(text: str) -> int:
    if text not in FAULTS:
        raise ValueError(f"{text[:40]!r} is not a fault")
    return FAULTS[text]


def _fault(settings: Settings, text: str, files: bool) -> Settings:  # noqa: FBT001
    del files
    return replace(settings, fault=mix.parse(text, _one_fault))


def _after(settings: Settings, text: str, files: bool) -> Settings:  # noqa: FBT001
    del files
    return replace(settings, after_bytes=size_bytes(text))


FAULT_FORM: Final = f"{', '.join(FAULTS)}, or a mix such as none:95,reset:5"
PARAMETERS: Final[Mapping[str, Parameter]] = {
    "latency": Parameter(
        form=latency.FORMS,
        help="how much later what the upstream sends arrives; so long is a round trip more",
        lay=_delayed("down"),
    ),
    "up": Parameter(
        form=latency.FORMS,
        help="how much later what clients send arrives, by the same distributions (0)",
        lay=_delayed("up"),
    ),
    "connect": Parameter(
        form=latency.FORMS,
        help="how much longer the set-up of a connection takes (0)",
        lay=_connect,
    ),
    "per": Parameter(
        form="byte or turn",
        help="byte: each byte is late, as on a long wire; turn: only the first after the other"
        " side spoke or after 100 ms of silence, as with a slow service (byte)",
        lay=_per,
    ),
    "rate": Parameter(
        form=_RATE_FORM, help="bandwidth of each connection to the client", lay=_limited("down")
    ),
    "up-rate": Parameter(
        form=_RATE_FORM, help="bandwidth of each connection to the upstream", lay=_limited("up")
    ),
    "fault": Parameter(
        form=FAULT_FORM,
        help="what becomes of a connection: refuse (reset before anything passes), reset, cut"
        " (closed in order), stall (nothing passes any more), half-open (the upstream is gone, and"
        " nobody says so)",
        lay=_fault,
    ),
    "after": Parameter(
        form="bytes: 0, 100, 10k",
        help="when: once so many bytes of the upstream's have passed (0: instead of its first)",
        lay=_after,
    ),
}


def combined(
    before: Settings,
    given: Mapping[str, str],
    *,
    files: bool = False,
    more: Collection[str] = (),
) -> Settings:
    """Lay parameters over settings.

    Args:
        before: the settings so far.
        given: parameters by their names.
        files: whether a distribution may be read from a file; never allow it to a client.
        more: names beside the parameters' that were taken out already.

    Raises:
        Problem: one is unknown or malformed.
    """
    settings = before
    for name, text in given.items():
        parameter = PARAMETERS.get(name)
        if parameter is None:
            allowed = ", ".join([*more, *PARAMETERS])
            raise bad_parameter(name, text, "there is no such parameter", allowed)
        try:
            settings = parameter.lay(settings, text, files)
        except ValueError as error:
            raise bad_parameter(name, text, str(error), parameter.form) from None
    return settings


def shown(settings: Settings) -> dict[str, Any]:
    """Return the settings by the names of their parameters, as the control port answers."""
    names = {number: name for name, number in FAULTS.items()}
    pairs = zip(settings.fault.values, settings.fault.weights, strict=True)
    return {
        "latency": str(settings.down.delay),
        "up": str(settings.up.delay),
        "connect": str(settings.connect),
        "per": "turn" if settings.by_turn else "byte",
        "rate": settings.down.rate or 0,
        "up-rate": settings.up.rate or 0,
        "fault": ",".join(f"{names[value]}:{weight}" for value, weight in pairs),
        "after": settings.after_bytes,
    }
