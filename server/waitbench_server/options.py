"""The command line of `python -m waitbench_server`: arguments in, frozen options out."""

from __future__ import annotations

import argparse
import os
import sys
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Final, Literal, NoReturn

from waitbench_server import latency, stream
from waitbench_server.parameters import PARAMETERS, combined
from waitbench_server.plan import Plan
from waitbench_server.problem import Problem
from waitbench_server.proxy import addresses, wanted
from waitbench_server.startup import step
from waitbench_server.timerfd import available
from waitbench_server.visitors import is_name

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from _typeshed import SupportsWrite

    from waitbench_server.proxy.link import Wanted
    from waitbench_server.timer import TimerName

EngineName = Literal["aiohttp", "fast"]
LoopName = Literal["auto", "asyncio", "uvloop"]

_MOST_WORKERS: Final = 64
_HIGHEST_PORT: Final = 65_535
_LONGEST_TIMEOUT_S: Final = 86_400


class OptionError(Exception):
    """The command line can not be followed; the message is one line for its author."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Options:
    """What the command line says."""

    host: str = "127.0.0.1"
    port: int = 0
    defaults: Plan = field(default_factory=Plan)
    """What a request gets that asks for nothing else."""
    seed: int = 0
    workers: int = 1
    loop: LoopName = "auto"
    engine: EngineName = "aiohttp"
    timer: TimerName | None = None
    capacity: int | None = None
    limit: int | None = None
    allow: tuple[str, ...] = ()
    """Names and addresses by which it may be asked, beside those of the loopback interface."""
    header_timeout: int = 10
    """Seconds in which a request's head is to come."""
    idle_timeout: int = 600
    """Seconds for which a connection may be idle: benchmark clients hold them for minutes."""
    links: tuple[Wanted, ...] = ()
    """What it is a proxy for."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        unknown = message.partition("unrecognized arguments: ")[2].split()
        names = [name.lstrip("-") for name in self._option_string_actions]
        near = [
            f"--{close}"
            for word in unknown
            for close in get_close_matches(word.partition("=")[0].lstrip("-"), names, n=1)
        ]
        meant = f"; did you mean {', '.join(near)}?" if near else ";"
        raise OptionError(f"{message}{meant} try: {self.prog} --help")

    def print_help(self, file: SupportsWrite[str] | None = None) -> None:
        """Print the help, or fail: argparse alone takes a full disk for success."""
        with step("the help can not be written"):
            stream = sys.stdout if file is None else file
            stream.write(self.format_help())
            sys.stdout.flush()


def _whole(low: int, high: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not (text.isascii() and text.isdigit() and low <= int(text[:20]) <= high):
            raise argparse.ArgumentTypeError(f"{text[:40]!r} is not a whole number {low} to {high}")
        return int(text)

    return read


def _name(text: str) -> str:
    if not is_name(text):
        raise argparse.ArgumentTypeError(f"{text[:80]!r} is neither a name nor an address")
    return text


def program() -> str:
    """Return what was typed to get here, for help and complaints."""
    return os.environ.get("WAITBENCH_SERVER_TYPED_AS", "python -m waitbench_server")


def parser() -> argparse.ArgumentParser:
    """Return the parser; its help is the reference of the server."""
    made = _Parser(
        prog=program(),
        description="An HTTP server that answers after a precise artificial delay.",
        epilog="latency distributions:\n\n"
        + (latency.__doc__ or "").partition("\n\n")[2]
        + "\nstreams:\n\n"
        + (stream.__doc__ or "").partition("\n\n")[2]
        + "\nEach option under 'what requests get' is also a parameter of a request, as in\n"
        "/?latency=50ms&size=10k, which then overrides it. draw=K makes a request the K-th draw\n"
        "of the distributions; without it the server counts.\n\n"
        "Every answer says in Server-Timing (milliseconds) what delay was asked for, how long it\n"
        "was held and how long it queued, and in X-Received-Ns and X-Sent-Ns when its request\n"
        "arrived and when it was handed over (nanoseconds of the monotonic clock).\n\n"
        "GET /stats tells about the present period, POST /reset?label=x begins another and tells\n"
        "about the one that ended, GET /health says whether it is up, GET /plan?latency=x what\n"
        "delay a request with these parameters would be given.\n\n"
        "examples:\n"
        f"  {program()} --port 8080 --latency 'lognormal(p50=20ms,p99=200ms)'\n"
        f"  {program()} --latency 50ms --size 10k --capacity 8\n"
        f"  {program()} --status 200:90,503:10 --engine fast\n\n"
        "exit status:\n"
        "  0    it was stopped (Ctrl-C, SIGTERM)\n"
        "  2    a mistake in what was typed, or it cannot listen there\n",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    made.add_argument("--host", default="127.0.0.1", help="address to bind (127.0.0.1)")
    made.add_argument(
        "--allow",
        action="append",
        type=_name,
        default=[],
        metavar="NAME",
        help="a name or address by which clients may ask, and of sites whose pages may, beside"
        " those of this machine alone and --host; can be given several times",
    )
    made.add_argument(
        "--port", type=_whole(0, _HIGHEST_PORT), default=0, help="port; 0 takes a free one (0)"
    )
    made.add_argument(
        "--seed", type=_whole(0, 2**63 - 1), default=0, help="what all draws depend on (0)"
    )
    made.add_argument(
        "--workers", type=_whole(1, _MOST_WORKERS), default=1, help="processes that serve (1)"
    )
    made.add_argument(
        "--loop",
        choices=["auto", "asyncio", "uvloop"],
        default="auto",
        help="event loop; auto takes uvloop where it is installed",
    )
    made.add_argument(
        "--engine",
        choices=["aiohttp", "fast"],
        default="aiohttp",
        help="fast answers plain GETs from their bytes, for several times the requests per second,"
        " and leaves all others to aiohttp (aiohttp)",
    )
    made.add_argument(
        "--timer",
        choices=["timerfd", "fallback", "sleep"],
        help="what keeps the delays: timerfd (Linux), the loop's own timer (elsewhere), or plain"
        " asyncio.sleep for comparison",
    )
    made.add_argument(
        "--capacity",
        type=_whole(1, 1_000_000),
        metavar="K",
        help="serve K requests at once, the others queue first come first served (all at once)",
    )
    made.add_argument(
        "--limit",
        type=_whole(1, 1_000_000),
        metavar="K",
        help="answer 429 while K requests are served or queued",
    )
    made.add_argument(
        "--header-timeout",
        type=_whole(1, _LONGEST_TIMEOUT_S),
        default=10,
        metavar="S",
        help="seconds from the first byte of a request to the end of its head (10)",
    )
    made.add_argument(
        "--idle-timeout",
        type=_whole(1, _LONGEST_TIMEOUT_S),
        default=600,
        metavar="S",
        help="seconds after which an idle connection is closed (600)",
    )
    group = made.add_argument_group("what requests get")
    for name, parameter in PARAMETERS.items():
        text = f"{parameter.help}: {parameter.form}" if name != "latency" else parameter.help
        group.add_argument(
            f"--{name}", metavar=name.upper(), help=f"{text}{'; see below' * (name == 'latency')}"
        )
    wanted.describe(made)
    return made


def parse(arguments: Sequence[str]) -> Options:
    """Read the command line.

    Raises:
        OptionError: it can not be followed.
        StartError: the system has nothing left to look whether it can.
        SystemExit: it asked for help.
    """
    given = vars(parser().parse_args(arguments))
    given["allow"] = tuple(given["allow"])
    named = {name: given.pop(name) for name in PARAMETERS}
    links = _links(given, named)
    try:
        plan = combined(
            _from_files(named), {name: text for name, text in named.items() if text is not None}
        )
    except Problem as problem:
        raise OptionError(f"--{problem.line()}") from None
    options = Options(defaults=plan, links=links, **given)
    if options.timer == "timerfd":
        with step("a timer can not be had"):
            if not available():
                raise OptionError("--timer timerfd needs Linux; use --timer fallback")
    if options.workers > 1 and (options.capacity or options.limit):
        raise OptionError("--capacity and --limit count within one process; use --workers 1")
    if options.workers > 1 and links:
        raise OptionError("--proxy runs in one process; use --workers 1")
    return options


def _links(given: dict[str, Any], named: dict[str, str | None]) -> tuple[Wanted, ...]:
    """Take out of the arguments what is about a proxy; return its links.

    Raises:
        OptionError: they can not be followed.
    """
    proxy, listen, record = (given.pop(name) for name in ("proxy", "listen", "record"))
    own = {name: given.pop(name.replace("-", "_")) for name in wanted.OWN}
    if proxy is None:
        for name, text in {"listen": listen, "record": record, **own}.items():
            if text is not None:
                raise OptionError(f"--{name} is for a proxy; add --proxy {addresses.FORM}")
        return ()
    own.update({name: named.pop(name) for name in wanted.SHARED})
    named.update(dict.fromkeys(wanted.SHARED))
    settings = {name: text for name, text in own.items() if text is not None}
    try:
        return wanted.wanted(proxy, listen, record, settings)
    except ValueError as error:
        raise OptionError(str(error)) from None


def _from_files(named: dict[str, str | None]) -> Plan:
    """Take out of the options what may name a file here, and never in a request; return it read.

    Raises:
        OptionError: a distribution or a stream is none.
    """
    plan, text = Plan(), named.pop("latency")
    try:
        plan = plan if text is None else plan.with_latency(latency.parse(text, files=True))
    except ValueError as error:
        raise OptionError(f"--latency: {error}; allowed: {latency.FORMS}; file:PATH") from None
    text = named.pop("stream")
    try:
        if text in {None, "none"}:
            return plan
        return replace(plan, stream=stream.parse(text or "", files=True))
    except ValueError as error:
        raise OptionError(f"--stream: {error}; allowed: {stream.FORM}") from None
