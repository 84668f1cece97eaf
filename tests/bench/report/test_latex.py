import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.findings import find_all
from bench.report import _tex, latex
from bench.report._tables import Column
from bench.scenario import BenchError
from tests.bench.report.runs import RUNS, full, troubled, usual
from tests.bench.synthetic import record, scenario, shaken, summary

EVIL = [
    r"\input{/etc/passwd}",
    r"\end{document}",
    "a_b & c % d # e $ f ^ g ~ h",
    "{unbalanced",
    "<script>|--,,``''\"",
    "数学 naïve ½ \u202e 🐍",
    "two\nlines\n\nand a paragraph",
    "[optional]",
    "=cmd()",
]
OURS = re.compile(
    r"\\textbackslash\{\}|\\textasciicircum\{\}|\\textasciitilde\{\}|\\dots\{\}"
    r"|\\[{}$&#%_]|\\`\{\}|\{['\[\]]{1,2}\}|\$(?:[<>]|\\vert|\\mu|\\times|\\pm|\^\\circ|\\cdot"
    r"|\\leq|\\geq|\\surd)\$|(?<=[-,])\{\}"
)


@given(st.text() | st.text(alphabet="\\{}$&#%_^~<>|`'\"[]-,?! ab\n"))
def test_nothing_is_left_that_latex_would_obey(text: str) -> None:
    said = _tex.text(text)
    assert said.isascii()
    assert not set(OURS.sub("", said)) & set("\\{}$&#%_^~|`\n")
    assert "--" not in said
    assert ",," not in said


@given(st.text())
def test_a_label_is_a_name(text: str) -> None:
    assert re.fullmatch(r"[a-z0-9-]*", _tex.label(text))


def test_a_command_of_ours_is_set_as_one() -> None:
    said = _tex.text("Type `waitbench run --full`, not `rm -r x`.")
    assert said == r"Type \texttt{waitbench run -{}-full}, not \`{}rm -r x\`{}."


def test_a_table_has_rules_a_caption_and_a_label() -> None:
    columns = [
        Column(head="model", unit="", cells=("a", "b"), left=True),
        Column(head="wall", unit="ms", cells=("1", "-")),
    ]
    text = _tex.table(columns, [("one", 1), ("two", 1)], ("Walls.", "walls"))
    assert r"\begin{longtable}{@{}lr@{}}" in text
    assert r"\caption{Walls.}\label{tab:walls}\\" in text
    assert text.count(r"\toprule") == 2
    assert "\nb & -- \\\\\n" in text
    assert text.index(r"\textit{one}") < text.index("a & 1") < text.index(r"\textit{two}")


@pytest.mark.parametrize("name", RUNS)
def test_what_is_opened_is_closed(tmp_path: Path, name: str) -> None:
    made = RUNS[name](tmp_path)
    text = latex.render(made, find_all(made))
    assert text.endswith("\\end{document}\n")
    for kind in ("longtable", "itemize", "document", "figure"):
        assert text.count(rf"\begin{{{kind}}}") == text.count(rf"\end{{{kind}}}")
    labels = re.findall(r"\\label\{([^}]*)\}", text)
    assert len(labels) == len(set(labels))


def test_a_suite_alone(tmp_path: Path) -> None:
    text = latex.render(full(tmp_path), [], only=["stalls"])
    assert "standstill" in text
    assert "http-50ms" not in text
    with pytest.raises(BenchError, match="no suite 'nix'"):
        latex.render(full(tmp_path), [], only=["nix"])


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="pdflatex is not installed")
@pytest.mark.parametrize("kind", ["full", "troubled", "evil"])
def test_it_compiles(tmp_path: Path, kind: str) -> None:
    if kind == "evil":
        made = summary(
            tmp_path,
            *(
                record(scenario(evil, suite=evil), model, shaken(50), notes=[evil])
                for evil in EVIL
                for model in ("sync", evil)
            ),
            warnings=[{"code": "x", "text": evil, "advice": evil} for evil in EVIL],
            environment={"cpu": " ".join(EVIL)},
        )
    else:
        made = {"full": full, "troubled": troubled}[kind](tmp_path)
    if kind == "full":
        made = replace(made, path=Path("a_b%.json"))
    (tmp_path / "report.tex").write_text(latex.render(made, find_all(made)), encoding="utf-8")
    done = subprocess.run(
        [
            "pdflatex",
            "-no-shell-escape",
            "-interaction=nonstopmode",
            "-halt-on-error",
            "report.tex",
        ],
        cwd=tmp_path,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:]
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF")


def test_pictures_are_shown_where_their_files_lie(tmp_path: Path) -> None:
    made = usual(tmp_path)
    text = latex.render(made, find_all(made))
    assert r"\IfFileExists{speedup.pdf}" in text
    assert r"\label{fig:speedup}" in text
