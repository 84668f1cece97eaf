"""One syntax for latency distributions, for the command line and for requests.

    50ms                                       every request waits the same; 0 waits not at all
    uniform(10ms,90ms)                         between two bounds
    normal(50ms,5ms)                           centre and standard deviation, never below 0
    exponential(50ms)                          mean
    lognormal(p50=20ms,p99=200ms,cap=2s)       median, 99th percentile, optional cut
    pareto(scale=10ms,alpha=1.5,cap=5s)        smallest value, tail index, optional cut
    5ms:90,200ms:10                            values with whole-number weights
    file:PATH                                  one duration per line (command line only)
    50ms, frozen 1s every 5s                   any of these; the service stands still for the last
                                               1 s of every 5 s since the period began

Durations are a number and a unit (ns, us, ms, s). No delay is longer than 60 s: draws are cut.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from waitbench_server import mix
from waitbench_server.distributions import (
    Distribution,
    Empirical,
    Fixed,
    Stalled,
    Uniform,
    Weighted,
)
from waitbench_server.families import Exponential, Lognormal, Normal, Pareto
from waitbench_server.units import duration_ns

if TYPE_CHECKING:
    from collections.abc import Callable

FORMS: Final = (
    "50ms; uniform(10ms,90ms); normal(50ms,5ms); exponential(50ms);"
    " lognormal(p50=20ms,p99=200ms,cap=2s); pareto(scale=10ms,alpha=1.5,cap=5s);"
    " 5ms:90,200ms:10; any of them followed by ', frozen 1s every 5s'"
)

MOST_VALUES: Final = 1_000_000
"""So many durations a file may hold."""

_LONGEST_TEXT: Final = 2_000
_LEAST_ALPHA: Final = 0.01  # below, practically every draw is the cap
_STALL: Final = re.compile(r"(.+?)\s*,\s*frozen\s+(\S+)\s+every\s+(\S+)", re.DOTALL)
_CALL: Final = re.compile(r"([a-z]+)\s*\((.*)\)", re.DOTALL)
_ALPHA: Final = re.compile(r"[0-9]{1,6}(?:\.[0-9]{1,9})?", re.ASCII)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Form:
    """How the arguments of one named distribution are read."""

    names: tuple[str, ...]
    optional: tuple[str, ...]
    build: Callable[[dict[str, str]], Distribution]


def parse(text: str, *, files: bool = False) -> Distribution:
    """Read a distribution in the syntax above.

    Args:
        text: what was typed.
        files: whether `file:PATH` may be read; never allow it to a client.

    Raises:
        ValueError: the text is not a distribution; the message says what is wrong and what is
            allowed.
    """
    if len(text) > _LONGEST_TEXT:
        raise ValueError(f"a distribution of {len(text)} characters is too long")
    text = text.strip()
    stalled = _STALL.fullmatch(text)
    if stalled is not None:
        return _stalled(_parse_plain(stalled[1], files=files), stalled[2], stalled[3])
    return _parse_plain(text, files=files)


def _parse_plain(text: str, *, files: bool) -> Distribution:
    if text.startswith("file:"):
        if not files:
            raise ValueError("file: is read from the command line only, never for a client")
        return _empirical(text.removeprefix("file:"))
    call = _CALL.fullmatch(text)
    if call is not None:
        return _called(call[1], call[2])
    if ":" in text:
        return Weighted(mix=mix.parse(text, duration_ns).ascending())
    return Fixed(ns=duration_ns(text))


def _called(name: str, inside: str) -> Distribution:
    form = _NAMED.get(name)
    if form is None:
        raise ValueError(f"there is no distribution {name!r}; allowed: {', '.join(_NAMED)}")
    names = (*form.names, *form.optional)
    given: dict[str, str] = {}
    for position, part in enumerate(inside.split(",")):
        key, equals, value = part.partition("=")
        if not equals:
            if position >= len(names):
                raise ValueError(f"{name} takes {', '.join(names)}, and no more")
            key, value = names[position], part
        key = key.strip()
        if key not in names or key in given:
            raise ValueError(f"{name} takes {', '.join(names)}, each once; not {key[:40]!r}")
        given[key] = value.strip()
    missing = [key for key in form.names if key not in given]
    if missing:
        raise ValueError(f"{name} also needs {', '.join(missing)}")
    return form.build(given)


def _above_zero(name: str, text: str) -> int:
    ns = duration_ns(text)
    if ns == 0:
        raise ValueError(f"{name} must be above 0")
    return ns


def _cap(given: dict[str, str], least_ns: int) -> int:
    cap_ns = _above_zero("cap", given.get("cap", "60s"))
    if cap_ns < least_ns:
        raise ValueError(f"cap={given['cap']} lies below the smallest or middle value")
    return cap_ns


def _uniform(given: dict[str, str]) -> Distribution:
    low_ns, high_ns = duration_ns(given["low"]), duration_ns(given["high"])
    if low_ns > high_ns:
        raise ValueError(f"uniform needs low <= high, not {given['low']} and {given['high']}")
    return Uniform(low_ns=low_ns, high_ns=high_ns)


def _normal(given: dict[str, str]) -> Distribution:
    centre_ns, deviation_ns = duration_ns(given["centre"]), duration_ns(given["deviation"])
    cap_ns = _cap(given, centre_ns)
    return Normal(centre_ns=centre_ns, deviation_ns=deviation_ns, cap_ns=cap_ns)


def _exponential(given: dict[str, str]) -> Distribution:
    return Exponential(scale_ns=_above_zero("mean", given["mean"]), cap_ns=_cap(given, 0))


def _lognormal(given: dict[str, str]) -> Distribution:
    p50_ns, p99_ns = _above_zero("p50", given["p50"]), duration_ns(given["p99"])
    if p99_ns < p50_ns:
        raise ValueError(f"lognormal needs p50 <= p99, not {given['p50']} and {given['p99']}")
    return Lognormal(p50_ns=p50_ns, p99_ns=p99_ns, cap_ns=_cap(given, p50_ns))


def _pareto(given: dict[str, str]) -> Distribution:
    scale_ns = _above_zero("scale", given["scale"])
    alpha = float(given["alpha"]) if _ALPHA.fullmatch(given["alpha"]) else 0.0
    if alpha < _LEAST_ALPHA:
        raise ValueError(f"alpha is a number from 0.01, such as 1.5, not {given['alpha'][:40]!r}")
    return Pareto(scale_ns=scale_ns, alpha=alpha, cap_ns=_cap(given, scale_ns))


def _empirical(path: str) -> Distribution:
    try:
        lines = Path(path).read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError) as error:
        raise ValueError(f"{path} can not be read: {error}") from None
    values: list[int] = []
    for number, line in enumerate(lines, start=1):
        try:
            if line.strip() and not line.startswith("#"):
                values.append(duration_ns(line.strip()))
        except ValueError as error:
            raise ValueError(f"{path}, line {number}: {error}") from None
    if not 0 < len(values) <= MOST_VALUES:
        raise ValueError(f"{path} holds {len(values)} values; allowed: 1 to {MOST_VALUES}")
    return Empirical(path=path, values_ns=tuple(sorted(values)))


def _stalled(source: Distribution, frozen: str, every: str) -> Distribution:
    frozen_ns, every_ns = _above_zero("frozen", frozen), _above_zero("every", every)
    if frozen_ns >= every_ns:
        raise ValueError(f"frozen {frozen} every {every} would never move; give less than {every}")
    return Stalled(source=source, frozen_ns=frozen_ns, every_ns=every_ns)


_NAMED: Final = {
    "uniform": _Form(names=("low", "high"), optional=(), build=_uniform),
    "normal": _Form(names=("centre", "deviation"), optional=("cap",), build=_normal),
    "exponential": _Form(names=("mean",), optional=("cap",), build=_exponential),
    "lognormal": _Form(names=("p50", "p99"), optional=("cap",), build=_lognormal),
    "pareto": _Form(names=("scale", "alpha"), optional=("cap",), build=_pareto),
}
