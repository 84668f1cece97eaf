import re
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waitbench.pythons import found, listing
from waitbench.pythons.builds import VARIANTS, choose
from waitbench.pythons.interpreter import Interpreter, probe
from waitbench.scenario import BenchError

GIL, FREE = (
    Interpreter(path="/g/python3.14", version=(3, 14, 1), base_prefix="/g", jit_available=True),
    Interpreter(
        path="/f/python3.14t", version=(3, 14, 1), base_prefix="/f", free_threaded=True, gil=False
    ),
)
OLD = Interpreter(path="/o/python3.8", version=(3, 8, 18), base_prefix="/o")
OTHER = Interpreter(
    path="/q/graalpy", version=(3, 12, 0), base_prefix="/q", implementation="GraalVM"
)
PYPY = Interpreter(
    path="/p/pypy3.11", version=(3, 11, 17), base_prefix="/p", implementation="PyPy", jit=True
)


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Some interpreters are here, and each does what it is told."""

    def told(path: str, environ: dict[str, str] | None = None) -> Interpreter:
        of = next(each for each in (GIL, FREE, OLD, OTHER, PYPY) if each.path == path)
        switched = environ or {}
        jit = switched.get("PYTHON_JIT") == "1" if of.jit_available else of.jit
        gil = of.gil if not of.free_threaded else switched.get("PYTHON_GIL") == "1"
        facts = {name: getattr(of, name) for name in Interpreter.__dataclass_fields__}
        return Interpreter(**{**facts, "jit": jit, "gil": gil})

    monkeypatch.setattr(found, "everything", lambda: (GIL, FREE, OLD, OTHER, PYPY))
    monkeypatch.setattr("waitbench.pythons.builds.probe", told)
    monkeypatch.setattr(
        "shutil.which", lambda name: name if name[:2] in ("/g", "/q", "/p") else None
    )


@pytest.mark.usefixtures("here")
def test_versions_and_variants_are_builds_in_the_order_of_their_names() -> None:
    choice = choose("3.14t, 3.14,3.14+jit,/g/python3.14+TZ=UTC")
    assert choice.refused == ()
    free, plain, jit, zone = choice.builds
    assert [build.label for build in choice.builds] == ["3.14t", "3.14", "3.14+jit", "3.14+TZ=UTC"]
    assert (free.expects, free.environ) == ({"gil": False}, {})
    assert (plain.expects, plain.environ) == ({}, {"PYTHON_JIT": "0"})
    assert (jit.expects, jit.environ, jit.interpreter.jit) == (
        {"jit": True},
        {"PYTHON_JIT": "1"},
        True,
    )
    assert zone.environ == {"TZ": "UTC", "PYTHON_JIT": "0"}


@pytest.mark.usefixtures("here")
def test_what_cannot_be_had_is_a_line_each_and_the_rest_races() -> None:
    choice = choose(
        "3.14,3.99,3.8,/nowhere,/q/graalpy,3.14+fast,3.14t+jit,/g/python3.14,3.14+nogil,nothing"
    )
    assert [build.label for build in choice.builds] == ["3.14"]
    told = dict(line.removeprefix("--python ").split(": ", 1) for line in choice.refused)
    assert "there are pypy3.11, 3.14, 3.14t (`" in told["3.99"]
    assert "too old" in told["3.8"]
    assert "no such file" in told["/nowhere"]
    assert "GraalVM" in told["/q/graalpy"]
    assert "+jit, +nojit, +gil and +nogil" in told["3.14+fast"]
    assert "without a JIT" in told["3.14t+jit"]
    assert "the same interpreter as 3.14" in told["/g/python3.14"]
    assert "GIL on" in told["3.14+nogil"]
    assert "no such program" in told["nothing"]


@pytest.mark.usefixtures("here")
def test_a_free_threaded_build_may_be_told_to_keep_its_lock() -> None:
    (build,) = choose("3.14t+gil").builds
    assert (build.expects, build.environ) == ({"gil": True}, {"PYTHON_GIL": "1"})


@pytest.mark.usefixtures("here")
def test_pypy_goes_by_its_own_name_and_has_no_switches() -> None:
    choice = choose("pypy3.11,/p/pypy3.11+TZ=UTC,pypy3.11+jit,pypy3.11+nojit,3.11,pypy3.14")
    assert [build.label for build in choice.builds] == ["pypy3.11", "pypy3.11+TZ=UTC"]
    assert choice.builds[0].environ == {}
    told = dict(line.removeprefix("--python ").split(": ", 1) for line in choice.refused)
    assert told["pypy3.11+jit"] == told["pypy3.11+nojit"]
    assert "always on" in told["pypy3.11+jit"]
    assert "there is none here" in told["3.11"]
    assert "there is none here" in told["pypy3.14"]


def test_a_sentence_calls_each_by_whose_it_is() -> None:
    assert (FREE.title, PYPY.title) == ("Python 3.14.1t", "PyPy 3.11.17")
    assert (FREE.exact, PYPY.exact, PYPY.full) == ("3.14.1t", "pypy3.11.17", "3.11.17")


@pytest.mark.usefixtures("here")
def test_the_list_names_each_as_it_is_asked_for() -> None:
    cells = {line.split()[0]: line.split()[1:] for line in listing.listing().splitlines() if line}
    assert cells["3.14"][:3] == ["CPython", "3.14.1", "on"]
    assert cells["pypy3.11"][:5] == ["PyPy", "3.11.17", "on", "always", "on"]


@pytest.mark.usefixtures("here")
def test_where_nothing_is_left_all_reasons_are_told() -> None:
    with pytest.raises(BenchError, match=r"3\.8: is Python 3\.8.*3\.77: there is none"):
        choose("3.8,3.77")


@pytest.mark.usefixtures("here")
@given(
    text=st.lists(
        st.sampled_from(["3.14", "3.8", "t", "+", "jit", "=", ",", "/", "A"]), max_size=9
    ).map("".join)
)
def test_whatever_is_typed_is_a_choice_or_a_line(text: str) -> None:
    try:
        labels = [build.label for build in choose(text).builds]
    except BenchError:
        return
    assert labels
    assert len(set(labels)) == len(labels)


@pytest.mark.processes
def test_what_is_no_python_says_so_in_a_line(tmp_path: Path) -> None:
    script = tmp_path / "python3.14"
    script.write_text("#!/bin/sh\necho broken >&2; exit 3\n", encoding="ascii")
    with pytest.raises(BenchError, match=r"cannot be run \(Permission denied\)"):
        probe(str(script))
    script.chmod(0o755)
    with pytest.raises(BenchError, match=r"is no Python that works \(broken\)"):
        probe(str(script))


@pytest.mark.processes
def test_this_interpreter_is_found_and_listed_with_what_it_is(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    old = tmp_path / "bin/python3.8"
    old.parent.mkdir()
    old.write_text("#!/bin/sh\nexit 1\n", encoding="ascii")
    old.chmod(0o755)
    monkeypatch.setenv("PATH", str(old.parent))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))
    monkeypatch.setenv("UV_PYTHON_INSTALL_DIR", str(tmp_path))
    found.everything.cache_clear()
    text = listing.listing()
    found.everything.cache_clear()
    own = ".".join(map(str, sys.version_info[:3]))
    assert re.search(rf"^  \S+ +CPython {own}t? +o(n|ff) ", text, re.MULTILINE)
    assert f"{old}: is no Python that works (it ended with 1)" in text


def test_every_variant_says_what_it_switches() -> None:
    assert all(environ for environ in VARIANTS.values())
