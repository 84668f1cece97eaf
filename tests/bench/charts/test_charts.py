from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import altair as alt
import pytest

from tests.bench.report.runs import full, troubled
from tests.bench.synthetic import record, scenario, shaken, summary
from waitbench import registry
from waitbench.charts import pictures
from waitbench.presentation.picture import Picture
from waitbench.presentation.theme import DARK, LIGHT, PALE, PALETTES, family, painted, styled
from waitbench.presentation.vega import FORMATS, drawn, svgs, write
from waitbench.scenario import BenchError

if TYPE_CHECKING:
    from pathlib import Path

BEGINS = {"svg": b"<svg", "png": b"\x89PNG", "pdf": b"%PDF"}


def texts(spec: dict[str, Any] | Picture) -> str:
    return json.dumps(spec.spec if isinstance(spec, Picture) else spec, ensure_ascii=False)


@pytest.mark.slow
def test_every_chart_of_every_kept_run_is_valid_vega_lite(tmp_path: Path) -> None:
    for make in (full, troubled):
        for picture in pictures(make(tmp_path)):
            alt.Chart.from_dict(dict(picture.spec))


def test_every_chart_has_a_rank_and_is_named_after_its_file(tmp_path: Path) -> None:
    for name in registry.names("charts"):
        chart = registry.load("charts", name)
        assert isinstance(chart.PLACE, int)
        picture = chart.draw(full(tmp_path))
        assert picture is None or picture.name == name


def test_every_picture_says_what_is_seen_and_how_to_read_it(tmp_path: Path) -> None:
    for picture in pictures(full(tmp_path)):
        assert picture.title
        assert picture.caption.endswith(".")
        assert picture.reading.endswith(".")


def test_a_run_of_one_model_has_no_picture_that_compares(tmp_path: Path) -> None:
    alone = summary(tmp_path, record(scenario(), "asyncio", shaken(53)))
    assert "speedup" not in {picture.name for picture in pictures(alone)}


def test_a_picture_is_written_in_each_form_under_its_name(tmp_path: Path) -> None:
    picture = pictures(full(tmp_path))[0]
    written = write([picture], tmp_path / "figures", FORMATS)
    assert [path.name for path in written] == [f"{picture.name}.{form}" for form in FORMATS]
    for path in written:
        assert path.read_bytes().startswith(BEGINS[path.suffix[1:]])


def test_an_unknown_form_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(BenchError, match=r"'gif'; there are svg, png, pdf"):
        write(pictures(full(tmp_path)), tmp_path / "figures", ["svg", "gif"])
    assert not (tmp_path / "figures").exists()


def test_a_folder_that_cannot_be_made_is_a_clear_line(tmp_path: Path) -> None:
    (tmp_path / "taken").touch()
    with pytest.raises(BenchError, match="could not be written"):
        write([], tmp_path / "taken" / "figures", ["svg"])


@pytest.mark.processes
def test_the_same_picture_is_the_same_file_in_another_process(tmp_path: Path) -> None:
    picture = pictures(full(tmp_path))[0]
    (tmp_path / "spec.json").write_text(json.dumps(dict(picture.spec)))
    program = (
        "import hashlib, json, sys\n"
        "from waitbench.presentation.picture import Picture\n"
        "from waitbench.presentation.vega import FORMATS, drawn\n"
        "spec = json.load(open(sys.argv[1]))\n"
        "picture = Picture(name='x', title='', caption='', reading='', spec=spec)\n"
        "print([hashlib.sha256(drawn(picture, form)).hexdigest() for form in FORMATS])\n"
    )
    digests = [
        subprocess.run(
            [sys.executable, "-c", program, str(tmp_path / "spec.json")],
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for _ in range(2)
    ]
    assert digests[0] == digests[1]


def test_drawings_of_one_process_share_no_inner_names_and_are_the_same_again() -> None:
    line = {"data": {"values": [{"x": 1}]}, "mark": {"type": "line", "clip": True}}
    spec = styled({**line, "encoding": {"x": {"field": "x", "type": "quantitative"}}})
    drawing, other, again = svgs(
        [
            Picture(name=name, title="", caption="", reading="", spec=spec)
            for name in ("one", "other", "one")
        ]
    )
    assert 'id="one-0"' in drawing
    assert "url(#one-0)" in drawing
    assert "one-" not in other
    assert drawing == again


def test_no_text_is_lost_to_a_font_that_is_missing() -> None:
    spec = {"data": {"values": [{}]}, "mark": "text", "encoding": {"text": {"value": "text"}}}
    words, none = (
        Picture(name="x", title="", caption="", reading="", spec=styled(variant))
        for variant in (spec, {**spec, "mark": {"type": "text", "font": "No Such Font"}})
    )
    # An unknown font leaves an empty picture behind, which is much the smaller file.
    assert len(drawn(words, "png")) > 1.5 * len(drawn(none, "png"))


def test_only_colours_of_the_palette_are_used(tmp_path: Path) -> None:
    for picture in pictures(full(tmp_path)):
        assert "#" not in texts(dict(picture.spec)).replace(r"\#", "")
        for theme, palette in PALETTES.items():
            text = texts(painted(picture.spec, theme))
            assert "var(--" not in text
            assert palette["ink"] in text


def contrast(ink: str, ground: str) -> float:
    """WCAG 2: (lighter + 0.05) / (darker + 0.05), by relative luminance."""

    def luminance(colour: str) -> float:
        shares = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        linear = [s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    light, dark = sorted((luminance(ink), luminance(ground)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_all_that_is_read_stands_out_from_the_page(palette: dict[str, str]) -> None:
    for name, colour in palette.items():
        # WCAG asks 4.5 of text, and of areas that carry a meaning 3.
        if name.startswith("tint-"):
            # A ground only repeats what the mark and the words on it say; these must be read.
            for ink in ("ink", "quiet", name.removeprefix("tint-")):
                least = 4.5 if ink in {"ink", "quiet"} else 3
                assert contrast(palette[ink], colour) >= least, (ink, name)
        elif name.startswith("phase-"):
            # A part of a bar bears a number.
            pale = name.removeprefix("phase-") in PALE
            assert contrast(palette["on-pale" if pale else "page"], colour) >= 4.5, name
            assert contrast(colour, palette["page"]) >= 3, name
        elif name not in {"page", "rule"}:
            assert name == "on-pale" or contrast(colour, palette["page"]) >= 4.5, name


def test_variants_belong_to_the_family_of_their_model() -> None:
    kinds = {
        "sync": "sync",
        "executor_threads": "threads",
        "to_thread": "threads",
        "free_threads": "threads",
        "processes_asyncio": "processes",
        "asyncio_taskgroup": "asyncio",
        "uvloop": "asyncio",
        "rloop": "asyncio",
        "anyio": "asyncio",
        "anyio_trio": "other",
        "trio": "other",
        "gevent": "other",
        "loop_per_thread": "threads",
        "interpreters": "other",
    }
    assert {kind: family(kind) for kind in kinds} == kinds
