from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waitbench_server.options import OptionError, parse
from waitbench_server.proxy import addresses
from waitbench_server.proxy.parameters import PARAMETERS, combined, shown
from waitbench_server.proxy.settings import FAULTS, Settings


@pytest.mark.parametrize(
    ("text", "host", "port", "path"),
    [
        ("127.0.0.1:5432", "127.0.0.1", 5432, ""),
        ("[::1]:6379", "::1", 6379, ""),
        ("db.example:80", "db.example", 80, ""),
        ("unix:/run/x.sock", "", 0, "/run/x.sock"),
        ("/run/x.sock", "", 0, "/run/x.sock"),
    ],
)
def test_addresses_are_read_and_written_alike(text: str, host: str, port: int, path: str) -> None:
    address = addresses.parse(text)
    assert (address.host, address.port, address.path) == (host, port, path)
    assert addresses.parse(str(address)) == address


@pytest.mark.parametrize("text", ["", "5432", "host", "a:b", "1.2.3.4:70000", "unix:x", "::1:80"])
def test_what_is_no_address_is_refused_with_the_form(text: str) -> None:
    with pytest.raises(ValueError, match=r"allowed: .*(HOST:PORT|unix:/PATH)"):
        addresses.parse(text)


def test_only_loopback_and_files_stay_on_this_machine() -> None:
    stays = {
        text: addresses.parse(text).stays_here
        for text in ("localhost:1", "127.9.9.9:1", "[::1]:1", "/a", "10.0.0.1:1", "db.example:1")
    }
    assert [text for text, here in stays.items() if not here] == ["10.0.0.1:1", "db.example:1"]


def test_options_of_a_proxy_are_not_those_of_answers() -> None:
    typed = ["--proxy", "127.0.0.1:5432", "--latency", "5ms", "--rate", "1M", "--fault", "cut"]
    options = parse([*typed, "--size", "1k", "--per", "turn", "--up-rate", "64k"])
    (link,) = options.links
    assert (str(link.listen), str(link.upstream)) == ("127.0.0.1:0", "127.0.0.1:5432")
    assert options.defaults.fixed_ns == 0
    assert options.defaults.size == 1024
    assert link.settings.down.fixed_ns == 5_000_000
    assert (link.settings.down.rate, link.settings.up.rate) == (1024**2, 64 * 1024)
    assert link.settings.fault.values == (FAULTS["cut"],)
    assert link.settings.by_turn


@pytest.mark.parametrize(
    ("typed", "line"),
    [
        (["--proxy", "5432"], "--proxy: '5432' is no address"),
        (["--proxy", "127.0.0.1:0"], "--proxy: port 0"),
        (["--proxy", ""], "--proxy: '' is no address"),
        (["--proxy", "h:1", "--proxy", "h:2"], "--proxy is given 2 times; several links stand in"),
        (["--proxy", "h:1", "--listen", "h:1"], "--listen: h:1 is its own upstream"),
        (["--proxy", "h:1", "--listen", ""], "--listen: '' is no address"),
        (["--proxy", "h:1", "--record", ""], "--record: name a file"),
        (["--proxy", "h:1", "--latency", "5"], "--latency: '5' is not a duration"),
        (["--proxy", "h:1", "--per", "word"], "--per: 'word' is neither byte nor turn"),
        (["--proxy", "h:1", "--connect", "5ms, frozen 1s every 5s"], "--connect: 'frozen"),
        (["--proxy", "h:1", "--listen", "x"], "--listen: 'x' is no address"),
        (["--proxy", "h:1", "--workers", "2"], "use --workers 1"),
        (["--proxy", "nowhere.toml"], "nowhere.toml can not be read"),
        (["--up", "1ms"], "--up is for a proxy; add --proxy"),
        (["--record", "x"], "--record is for a proxy; add --proxy"),
    ],
)
def test_a_wrong_option_is_a_line_that_names_it(typed: list[str], line: str) -> None:
    with pytest.raises(OptionError) as refused:
        parse(typed)
    assert line in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", "names no link"),
        ("[a\n", "can not be read"),
        ("a = 1", ": a is no table"),
        ("[a]\nlatency = '5ms'", ": a.upstream is missing"),
        ("[a]\nupstream = 'h:1'\nlatency = 'soon'", ": a.latency: 'soon' is not"),
        ("[a]\nupstream = 'h:1'\nspeed = 1", ": a.speed: there is no such parameter"),
        ("[a]\nupstream = 'h:1'\nrate = 1.5", ": a.rate is neither text nor a whole number"),
        ("[a]\nupstream = 'h'", ": a.upstream: 'h' is no address"),
    ],
)
def test_a_wrong_file_is_a_line_that_names_table_and_key(
    tmp_path: Path, text: str, line: str
) -> None:
    path = tmp_path / "links.toml"
    path.write_text(text)
    with pytest.raises(OptionError) as refused:
        parse(["--proxy", str(path)])
    assert str(refused.value).startswith(str(path))
    assert line in str(refused.value)
    assert "\n" not in str(refused.value)


def test_listen_and_record_are_for_one_link(tmp_path: Path) -> None:
    path = tmp_path / "links.toml"
    path.write_text("[a]\nupstream = 'h:1'")
    with pytest.raises(OptionError, match="--record is for one link"):
        parse(["--proxy", str(path), "--record", "times.csv"])


def test_what_the_docs_tell_to_type_is_understood(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = (Path(__file__).parents[2] / "docs" / "proxy.md").read_text(encoding="utf-8")
    (table,) = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    monkeypatch.chdir(tmp_path)
    Path("links.toml").write_text(table)
    Path("times.csv").write_text("# times\n0.812345ms\n")
    lines = re.findall(r"^waitbench serve (.*)$", page, re.MULTILINE)
    assert {len(parse(shlex.split(line)).links) for line in lines} == {0, 1, 2}
    for query in re.findall(r"/proxy\?([^']*)'", page):
        given = dict(pair.split("=") for pair in query.split("&"))
        assert given.pop("now", "stall") in {"stall", "resume"}
        given.pop("link", None)
        combined(Settings(), given)
    named = re.findall(r"^\| (`.*?) \|", page, re.MULTILINE)
    assert sorted(PARAMETERS) == sorted(re.findall(r"`([\w-]+)`", " ".join(named)))


durations = st.integers(0, 60_000).map(lambda ms: f"{ms}ms" if ms else "0")


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "latency": st.one_of(durations, st.just("uniform(1ms,2ms)")),
            "up": durations,
            "connect": durations,
            "per": st.sampled_from(["byte", "turn"]),
            "rate": st.integers(64, 1 << 30).map(str),
            "up-rate": st.just("0"),
            "fault": st.sampled_from(sorted(FAULTS)),
            "after": st.integers(0, 1 << 20).map(str),
        },
    )
)
def test_settings_that_are_shown_can_be_given_again(given_texts: dict[str, str]) -> None:
    settings = combined(Settings(), given_texts)
    again = {name: str(text) for name, text in shown(settings).items()}
    assert combined(Settings(), again) == settings
