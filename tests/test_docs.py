"""What README and docs tell to type can be typed: it parses, and what is quick or whole is run."""

from __future__ import annotations

import io
import os
import re
import shlex
import subprocess
import sys
from contextlib import redirect_stdout, suppress
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest

from tests.readme import CHECKOUT
from waitbench import cli, registry
from waitbench.commands.list import suites
from waitbench.findings import claims
from waitbench.pytest_plugin import marks

if TYPE_CHECKING:
    from pathlib import Path

PAGES = (
    CHECKOUT / "README.md",
    CHECKOUT / "CONTRIBUTING.md",
    CHECKOUT / "results" / "README.md",
    *sorted((CHECKOUT / "docs").glob("*.md")),
)
BLOCK = re.compile(r"^( *)```(\w+)\n(.*?)^\1```$", re.DOTALL | re.MULTILINE)
INLINE = re.compile(r"`((?:waitbench|\./scripts/|python -m )[^`\n]*)`")
LINK = re.compile(r"\]\(([^)#\s]*)(?:#([\w-]+))?\)")
EXAMPLE = "results/example/run.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """A command line of a page."""

    page: str
    words: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.page}: {shlex.join(self.words)}"


def code(page: Path, language: str) -> list[str]:
    """Return the blocks of a language, without what they are indented by."""
    blocks = BLOCK.findall(page.read_text(encoding="utf-8"))
    return [
        "\n".join(line.removeprefix(indent) for line in text.splitlines()) + "\n"
        for indent, name, text in blocks
        if name == language
    ]


def commands(text: str, page: Path) -> list[Typed]:
    """Return the command lines of a block of shell, those behind `&&` by themselves."""
    lines = (shlex.split(line, comments=True) for line in text.splitlines())
    parts = [shlex.split(part) for words in lines for part in shlex.join(words).split(" '&&' ")]
    name = os.fspath(page.relative_to(CHECKOUT))
    return [Typed(page=name, words=tuple(words)) for words in parts if words]


TYPED = list(
    dict.fromkeys(
        typed for page in PAGES for text in code(page, "sh") for typed in commands(text, page)
    )
)
"""In blocks: whole, as they are pasted."""
MENTIONED = [
    typed
    for typed in dict.fromkeys(
        typed
        for page in PAGES
        for text in INLINE.findall(BLOCK.sub("", page.read_text(encoding="utf-8")))
        for typed in commands(text, page)
    )
    if typed not in TYPED
]
"""In sentences, where CLAIM and the like stand for something."""


def ours(typed: list[Typed], program: str = "waitbench") -> list[Typed]:
    """Return the lines that call waitbench."""
    return [typing for typing in typed if typing.words[0].rpartition("/")[2] == program]


@pytest.mark.parametrize("typed", ours(TYPED), ids=str)
def test_every_command_line_parses(typed: Typed) -> None:
    parse(typed.words[1:])


@pytest.mark.parametrize("typed", ours(MENTIONED), ids=str)
def test_every_command_in_a_sentence_exists_with_its_options(typed: Typed) -> None:
    name, *rest = [*typed.words[1:], ""]
    if not name or name.startswith("-") or name == "COMMAND":
        return
    assert name in cli.COMMANDS
    for option in (word.partition("=")[0] for word in rest if word.startswith("--")):
        assert option == "--help" or option in help_of(name), option


@pytest.mark.parametrize("typed", [*TYPED, *MENTIONED], ids=str)
def test_what_else_is_started_is_there(typed: Typed) -> None:
    program, *rest = typed.words
    if program.startswith("./scripts/"):
        assert os.access(CHECKOUT / program, os.X_OK)
    if "-m" in rest and program == "python":
        assert find_spec(rest[rest.index("-m") + 1])


@pytest.mark.parametrize("typed", [*TYPED, *MENTIONED], ids=str)
def test_pytest_knows_the_options_that_it_is_given(
    typed: Typed, pytestconfig: pytest.Config
) -> None:
    program, *rest = typed.words
    if program != "pytest" or "-p" in rest:
        return
    installed = pytest.Parser(_ispytest=True)  # what it knows where waitbench is installed
    marks.pytest_addoption(installed)
    groups = [*pytestconfig._parser._groups, *installed._groups]
    known = {
        text
        for group in [pytestconfig._parser._anonymous, *groups]
        for option in group.options
        for text in option.names()
    }
    options = [word.partition("=")[0] for word in rest if word.startswith("-")]
    assert set(options) - known == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: os.fspath(page.relative_to(CHECKOUT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    text = BLOCK.sub("", page.read_text(encoding="utf-8"))
    for path, anchor in LINK.findall(text):
        if path.startswith(("http:", "https:")):
            continue
        place = (page.parent / path).resolve() if path else page
        assert place.exists(), path
        if anchor:
            assert anchor in anchors(place), f"{path}#{anchor}"


EXAMPLES = {("list",), ("list", "--pythons"), ("calibrate",)}
QUICK = [
    typed
    for typed in ours(TYPED)
    if EXAMPLE in typed.words and typed.words[1] in {"claims", "explain", "report"}
] + [typed for typed in ours(TYPED) if typed.words[1:] in EXAMPLES]


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param(
            typed,
            marks=[
                *[pytest.mark.slow] * ("-o" in typed.words),
                *[pytest.mark.processes] * ("--pythons" in typed.words),
            ],
        )
        for typed in QUICK
    ],
    ids=str,
)
def test_what_is_quick_runs(
    typed: Typed,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "results").symlink_to(CHECKOUT / "results")
    monkeypatch.chdir(tmp_path)
    assert cli.main(typed.words[1:]) == 0
    written = [path for path in tmp_path.iterdir() if path.name != "results"]
    assert written or capsys.readouterr().out


@pytest.mark.processes
def test_the_doctor_s_example_has_the_faults_that_it_shows(tmp_path: Path) -> None:
    program = example("doctor", tmp_path)
    done = waitbench(tmp_path, "doctor", program.name)
    assert done.returncode == 1, done.stderr
    lines = program.read_text().splitlines()
    for fault in ("time.sleep", "asyncio.sleep(0)"):
        number = next(n for n, line in enumerate(lines, 1) if line.strip().startswith(fault))
        assert f"{program.name}:{number}" in done.stdout


@pytest.mark.processes
def test_the_advisor_s_example_waits(tmp_path: Path) -> None:
    example("advisor", tmp_path)
    typed = next(typing for typing in ours(TYPED) if "--dry" in typing.words)
    done = waitbench(tmp_path, *typed.words[1:], "--force", "--format=json")
    assert done.returncode == 0, done.stderr
    assert '"shop.py:fetch"' in done.stdout


@pytest.mark.processes
def test_the_gate_s_example_is_raced(tmp_path: Path) -> None:
    """Both benchmarks of the page, with a shop of ours, against themselves."""
    (tmp_path / "shop.py").write_text(SHOP)
    example("gate", tmp_path)
    (tmp_path / "pyproject.toml").write_text(code(CHECKOUT / "docs" / "gate.md", "toml")[0])
    (tmp_path / "Makefile").write_text("all:\n\ttrue\n")
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@example.org"]
    for words in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "first"]):
        subprocess.run([*git, *words], cwd=tmp_path, check=True)
    (tmp_path / "shop.py").write_text(f"{SHOP}# changed\n")
    done = waitbench(tmp_path, "gate", "--base", "HEAD", "--head", ".", "--budget", "12s")
    assert done.returncode in {0, 1, 3}, done.stderr
    assert "bench_total" in done.stdout
    assert "bench_get" in done.stdout
    assert "failed" not in done.stdout


SHOP = """
from contextlib import AbstractContextManager
from urllib.request import urlopen

def example(many):
    return list(range(many))

def total(rows):
    return sum(rows)

def order(rows):
    rows.sort()
    return rows

def verify(total):
    if total != 1999000:
        raise ValueError(total)

class Client(AbstractContextManager):
    def __init__(self, target):
        self.target = target

    def get(self):
        with urlopen(self.target) as answer:
            return answer.read()

    def __exit__(self, *exc_info):
        pass
"""


def example(page: str, folder: Path) -> Path:
    """Write the first Python example of a page under the name that its docstring gives."""
    text = code(CHECKOUT / "docs" / f"{page}.md", "python")[0]
    name = re.match(r'"""(\w+\.py)', text)
    assert name, "the example says how its file is called"
    path = folder / name[1]
    path.write_text(text)
    return path


def waitbench(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "waitbench", *words],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def parse(words: tuple[str, ...]) -> None:
    """Parse a command line as `waitbench` does; what it names must be there.

    Raises:
        SystemExit: it is refused.
    """
    name, *rest = words
    command = cli._load(name)
    if name == "serve":
        from waitbench_server.options import parser

        parser().parse_args(rest)
        return
    arguments, options = cli.parser_of(name, command).parse_typed(rest)
    if name == "calibrate" and arguments.instrument:
        text = io.StringIO()
        with redirect_stdout(text), suppress(SystemExit):
            instrument = registry.load("calibration", arguments.instrument)
            _ = instrument.main(["--help"]) if options else 0
        options = [option for option in options if option not in text.getvalue()]
    assert options == []
    if name == "run":
        assert set(arguments.suite) <= set(suites())
    if name == "explain":
        assert arguments.claim in {claim.id for claim in claims()}


def help_of(name: str) -> str:
    """Return the help of a command, with that of what it hands its options to."""
    return cli.parser_of(name, cli._load(name)).format_help()


def anchors(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as GitHub makes them."""
    heads = re.findall(r"^#+ (.*)$", BLOCK.sub("", page.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head).strip().lower().replace(" ", "-") for head in heads}
