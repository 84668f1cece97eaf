"""`waitbench writeup`, as it is typed, and the example of it that the repository carries."""

import gzip
import json
import re
from hashlib import sha256
from pathlib import Path

import pytest

from tests.bench.report.runs import controlled, troubled, usual
from tests.bench.results.test_formats import FILES as FOREIGN
from tests.bench.synthetic import document, null, record, scenario, shaken, whole
from waitbench.cli import main
from waitbench.commands.writeup import DRAFT, FILES, MANIFEST, MEASUREMENTS, RUN
from waitbench.report import threats, writeup
from waitbench.results.load import load

EXAMPLE = Path(__file__).parents[3] / "results/writeup"
MOST = 5_000_000


@pytest.fixture
def results(tmp_path: Path) -> Path:
    path = tmp_path / "race.json"
    path.write_text(json.dumps(document([*whole(), *null()])), encoding="utf-8")
    return path


def written(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def sums(folder: Path) -> dict[str, str]:
    lines = (folder / MANIFEST).read_text(encoding="utf-8").splitlines()
    return {name: digest for digest, name in (line.split("  ", 1) for line in lines)}


def test_the_folder_holds_what_it_says_and_the_manifest_every_file(
    results: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "out"
    assert main(["writeup", str(results), "-o", str(folder), "--figures", "svg"]) == 0
    files = written(folder)
    assert sums(folder) == {
        name: sha256(content).hexdigest() for name, content in files.items() if name != MANIFEST
    }
    for name, _ in FILES:
        assert (folder / name).exists(), name
    assert f"written into {folder}: {DRAFT} and " in capsys.readouterr().out


def test_the_draft_shows_only_figures_that_are_there(results: Path, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    assert main(["writeup", str(results), "-o", str(folder), "--figures", "svg"]) == 0
    draft = (folder / DRAFT).read_text(encoding="utf-8")
    shown = re.findall(r"\]\((figures/[^)]+)\)", draft)
    assert shown
    assert all((folder / name).is_file() for name in shown)
    for head in ("In short", "Methods", "Threats to validity", "How to reproduce", "How to cite"):
        assert f"\n## {head}\n" in draft


def test_the_tables_for_latex_have_their_pictures_whatever_was_asked_for(
    results: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "out"
    assert main(["writeup", str(results), "-o", str(folder), "--figures", "png"]) == 0
    shown = re.findall(r"IfFileExists\{([^}]*\.pdf)\}", (folder / "report.tex").read_text("utf-8"))
    assert shown
    assert all((folder / "figures" / name).is_file() for name in shown)


def test_the_results_in_it_make_the_same_folder_again(results: Path, tmp_path: Path) -> None:
    first_folder, second_folder = tmp_path / "one", tmp_path / "other"
    assert main(["writeup", str(results), "-o", str(first_folder), "--figures", "svg"]) == 0
    assert gzip.decompress((first_folder / RUN).read_bytes()) == results.read_bytes()
    (tmp_path / "race.json.gz").write_bytes((first_folder / RUN).read_bytes())
    packed = str(tmp_path / "race.json.gz")
    assert main(["writeup", packed, "-o", str(second_folder), "--figures", "svg"]) == 0
    first, second = written(first_folder), written(second_folder)
    assert set(first) == set(second)
    naming = {DRAFT, MANIFEST, "report.tex"}  # they name the file that they were made from
    assert {name for name in first if first[name] != second[name]} <= naming
    rows = gzip.decompress(first[MEASUREMENTS]).decode().splitlines()
    assert len(rows) == 1 + sum(len(each.rounds) for each in load(results).contestants)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--figures", "gif"], "no figure format 'gif'"),
        (["-o", "FILE"], "is a file; -o names a folder"),
        (["-o", "FILE/below"], "could not be written"),
    ],
)
def test_what_cannot_be_is_one_line(
    results: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], expected: str
) -> None:
    put = [argument.replace("FILE", str(results)) for argument in arguments]
    assert main(["writeup", str(results), *put]) == 2
    heard = capsys.readouterr().err
    assert expected in heard
    assert heard.count("\n") == 1


@pytest.mark.parametrize("content", [b"\x1f\x8b\x08cut", b"", b"no gzip at all"])
def test_packed_results_that_are_damaged_are_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes
) -> None:
    path = tmp_path / "run.json.gz"
    path.write_bytes(content)
    for command in ("writeup", "report"):
        assert main([command, str(path)]) == 2
        assert capsys.readouterr().err.count("\n") == 1


def test_a_run_without_findings_has_a_draft(tmp_path: Path) -> None:
    text = writeup.draft(usual(tmp_path), [], [], again="x", files=())
    assert text.startswith(f"# {writeup.TITLE}\n\nThese results decide none of the claims")
    assert "faster than sync" in text


def test_names_are_only_text_in_the_draft(tmp_path: Path) -> None:
    evil = "<script>|[x](y)"
    path = tmp_path / "evil.json"
    rows = [record(scenario(evil), model, shaken(50)) for model in ("sync", evil)]
    path.write_text(json.dumps(document(rows)), encoding="utf-8")
    assert main(["writeup", str(path), "-o", str(tmp_path / "out"), "--figures", "svg"]) == 0
    draft = (tmp_path / "out" / DRAFT).read_text(encoding="utf-8")
    assert "<script>" not in draft
    assert "[x](y)" not in draft


def test_threats_say_what_happened_in_this_very_run(tmp_path: Path) -> None:
    text = " ".join(threats.threats(troubled(tmp_path)))
    assert "This run was interrupted" in text
    assert "1 launch" in text
    text = " ".join(threats.threats(controlled(tmp_path)))
    assert "The harness saw a difference where there is none" in text
    assert "rounds ran beside other work" in text


def test_the_example_is_whole_and_small() -> None:
    files = written(EXAMPLE)
    assert sums(EXAMPLE) == {
        name: sha256(content).hexdigest() for name, content in files.items() if name != MANIFEST
    }
    assert sum(map(len, files.values())) < MOST
    assert len(load(EXAMPLE / RUN).contestants) > 100


@pytest.mark.parametrize("name", FOREIGN)
def test_a_file_of_another_tool_is_written_up_as_what_it_is_and_without_its_host(
    tmp_path: Path, name: str
) -> None:
    path = tmp_path / "theirs.json"
    path.write_text(json.dumps(FOREIGN[name]), encoding="utf-8")
    assert main(["writeup", str(path), "-o", str(tmp_path / "out")]) == 0
    files = written(tmp_path / "out")
    assert sums(tmp_path / "out").keys() == files.keys() - {MANIFEST}
    whole_text = "\n".join(
        (gzip.decompress(content) if name.endswith(".gz") else content).decode()
        for name, content in files.items()
    )
    assert "secret-host" not in whole_text
    assert "extra_info" not in whole_text
    assert "Measured by waitbench" not in whole_text
    assert "article" not in files[DRAFT].decode().replace("article.md", "")
    again = tmp_path / "again.json"
    again.write_bytes(gzip.decompress(files[RUN]))
    before, after = (load(file, foreign=True).others for file in (path, again))
    assert before is not None
    assert after is not None
    assert [each.value for each in before.benchmarks] == [each.value for each in after.benchmarks]
