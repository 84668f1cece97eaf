"""The links that a command line asks for: options, or a file of several, to frozen facts."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from waitbench_server.problem import Problem
from waitbench_server.proxy import addresses
from waitbench_server.proxy.link import Wanted
from waitbench_server.proxy.parameters import FAULT_FORM, PARAMETERS, combined
from waitbench_server.proxy.settings import Settings

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping, Sequence

SHARED: Final = ("latency", "rate", "fault")
"""Settings of a link that have the name of one of a request's."""
OWN: Final = tuple(name for name in PARAMETERS if name not in SHARED)
_PLACES: Final = ("upstream", "listen", "record")
_SUFFIX: Final = ".toml"


def describe(parser: argparse.ArgumentParser) -> None:
    """Add the options of a proxy."""
    group = parser.add_argument_group(
        "a proxy in front of any service",
        "With --proxy, --latency, --rate and --fault are those of the proxy (docs/proxy.md):\n"
        f"--fault: {FAULT_FORM};\n"
        "the server's own port is where it is asked and changed: GET /proxy, POST\n"
        "/proxy?latency=20ms.",
    )
    group.add_argument(
        "--proxy",
        action="append",
        metavar="UPSTREAM",
        help=f"{addresses.FORM}; or a file of several (NAME{_SUFFIX}): a table for each, with"
        f" upstream and, if wanted, {', '.join(_PLACES[1:])} and these settings by their names",
    )
    group.add_argument(
        "--listen",
        metavar="ADDRESS",
        help=f"where clients reach it: {addresses.FORM} ({addresses.ANY_PORT}, a free port)",
    )
    group.add_argument(
        "--record",
        metavar="FILE",
        help="write the upstream's own response times, for --latency file:FILE",
    )
    for name in OWN:
        parameter = PARAMETERS[name]
        form = "" if name in {"up", "connect", "per"} else f": {parameter.form}"
        group.add_argument(f"--{name}", metavar=name.upper(), help=f"{parameter.help}{form}")


def wanted(
    typed: Sequence[str], listen: str | None, record: str | None, given: Mapping[str, str]
) -> tuple[Wanted, ...]:
    """Return the links.

    Args:
        typed: the one upstream, or a file.
        listen: where the one link listens.
        record: where the one link's response times go.
        given: settings, which those of a file are laid over.

    Raises:
        ValueError: something can not be followed; the message is one line that names it.
    """
    if len(typed) > 1:
        raise ValueError(f"--proxy is given {len(typed)} times; several links stand in one file")
    (proxy,) = typed
    settings = _settings("--", Settings(), given)
    if proxy.endswith(_SUFFIX):
        for name, text in (("listen", listen), ("record", record)):
            if text is not None:
                raise ValueError(f"--{name} is for one link; write {name} = … into {proxy}")
        return _of_file(proxy, settings)
    place = {"upstream": proxy, "listen": listen, "record": record}
    return (_link("--", "proxy", {k: v for k, v in place.items() if v is not None}, settings),)


def _of_file(path: str, before: Settings) -> tuple[Wanted, ...]:
    try:
        tables = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ValueError(f"{path} can not be read: {error}") from None
    if not tables:
        raise ValueError(f"{path} names no link; write [NAME] and upstream = '127.0.0.1:5432'")
    links = []
    for name, table in tables.items():
        where = f"{path}: {name}"
        if not isinstance(table, dict):
            raise ValueError(  # noqa: TRY004 - of what somebody typed
                f"{where} is no table; write [{name}] and upstream = … below it"
            )
        texts = {key: _text(where, key, entry) for key, entry in table.items()}
        place = {key: texts.pop(key) for key in _PLACES if key in texts}
        links.append(_link(f"{where}.", name, place, _settings(f"{where}.", before, texts)))
    return tuple(links)


def _text(where: str, key: str, entry: Any) -> str:
    if isinstance(entry, bool) or not isinstance(entry, str | int):
        raise ValueError(  # noqa: TRY004 - of what somebody typed
            f"{where}.{key} is neither text nor a whole number"
        )
    return str(entry)


def _settings(where: str, before: Settings, given: Mapping[str, str]) -> Settings:
    try:
        return combined(before, given, files=True, more=_PLACES)
    except Problem as problem:
        raise ValueError(f"{where}{problem.line()}") from None


def _link(where: str, name: str, place: Mapping[str, str], settings: Settings) -> Wanted:
    if "upstream" not in place:
        raise ValueError(f"{where}upstream is missing; write upstream = '127.0.0.1:5432'")
    found = {}
    for key in ("upstream", "listen"):
        try:
            found[key] = addresses.parse(place.get(key, addresses.ANY_PORT))
        except ValueError as error:
            option = "proxy" if (where, key) == ("--", "upstream") else key
            raise ValueError(f"{where}{option}: {error}") from None
    if not (found["upstream"].port or found["upstream"].path):
        raise ValueError(f"{where}proxy: port 0 is nobody's; name the port of the service")
    if found["upstream"] == found["listen"]:
        raise ValueError(f"{where}listen: {found['listen']} is its own upstream")
    if place.get("record") == "":
        raise ValueError(f"{where}record: name a file")
    return Wanted(
        name=name,
        upstream=found["upstream"],
        listen=found["listen"],
        settings=settings,
        record=place.get("record"),
    )
