import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.bench.report.runs import RUNS, full, troubled
from tests.bench.synthetic import record, scenario, shaken, summary
from waitbench import registry
from waitbench.charts import pictures
from waitbench.findings import find_all
from waitbench.presentation import tex
from waitbench.presentation.columns import Column
from waitbench.report.formats import latex
from waitbench.scenario import BenchError

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
    r"\\(?:[`'^~\"]|[rvc])\{[A-Za-z]\}|\\ |"
    r"\\textbackslash\{\}|\\textasciicircum\{\}|\\textasciitilde\{\}|\\dots\{\}"
    r"|\\[{}$&#%_]|\\`\{\}|\{['\[\]]{1,2}\}|\$(?:[<>]|\\vert|\\mu|\\times|\\pm|\^\\circ|\\cdot"
    r"|\\leq|\\geq|\\surd)\$|(?<=[-,])\{\}"
)


@given(st.text() | st.text(alphabet="\\{}$&#%_^~<>|`'\"[]-,?! ab\n"))
def test_nothing_is_left_that_latex_would_obey(text: str) -> None:
    escaped = tex.text(text)
    assert escaped.isascii()
    assert not set(OURS.sub("", escaped)) & set("\\{}$&#%_^~|`\n")
    assert "--" not in escaped
    assert ",," not in escaped


@given(st.text())
def test_a_label_is_a_name(text: str) -> None:
    assert re.fullmatch(r"[a-z0-9-]*", tex.label(text))


def test_a_command_of_ours_is_set_as_one() -> None:
    escaped = tex.text("Type `waitbench run --full`, not `rm -r x`.")
    assert escaped == r"Type \texttt{waitbench run -{}-full}, not \`{}rm -r x\`{}."


def test_a_table_has_rules_a_caption_and_a_label() -> None:
    columns = [
        Column(head="model", unit="", cells=("a", "b"), left=True),
        Column(head="wall", unit="ms", cells=("1", "-")),
    ]
    text = tex.table(columns, [("one", 1), ("two", 1)], ("Walls.", "walls"))
    assert r"\begin{longtable}{@{}lr@{}}" in text
    assert r"\caption{Walls.}\label{tab:walls}\\" in text
    assert text.count(r"\toprule") == 2
    assert "\nb & -- \\\\\n" in text
    assert text.index(r"\textit{one}") < text.index("a & 1") < text.index(r"\textit{two}")


def column(head: str, *cells: str) -> Column:
    return Column(head=head, unit="", cells=cells)


def test_columns_that_have_no_room_stand_in_a_table_below() -> None:
    model, wide = column("model", "sync"), [column(str(n), "x" * 38) for n in range(3)]
    # A hundred characters: 5 + 2 for the model, and 38 + 2 for each of two others.
    assert tex.pieces([model, *wide]) == [[model, *wide[:2]], [model, wide[2]]]
    assert tex.pieces([model, column("wall", "x" * 200)]) == [[model, column("wall", "x" * 200)]]
    assert tex.pieces([model]) == []


def test_rows_that_say_nothing_are_left_out_and_groups_of_only_such() -> None:
    columns = [column("model", "a", "b", "c"), column("lost", "-", "1", "-")]
    kept, groups = tex.filled(columns, [("one", 2), ("two", 1)])
    assert [left.cells for left in kept] == [("b",), ("1",)]
    assert groups == [("one", 1)]


def test_what_holds_for_several_scenarios_is_said_once(tmp_path: Path) -> None:
    noted = [record(scenario(name), "sync", shaken(50), notes=["alone"]) for name in ("a", "b")]
    assert latex.render(summary(tmp_path, *noted), []).count("a, b: sync: alone.") == 1


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


@pytest.mark.processes
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


def test_every_picture_is_shown_by_the_name_of_its_file(tmp_path: Path) -> None:
    made = full(tmp_path)
    text = latex.render(made, find_all(made))
    asked = re.findall(r"\\IfFileExists\{([^}]*)\.pdf\}", text)
    assert asked == [picture.name for picture in pictures(made)]
    for registered in registry.names("charts"):
        assert re.fullmatch(r"[a-z_]+", registered)  # what LaTeX takes as it is
