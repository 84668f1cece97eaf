from __future__ import annotations

import gzip
import json
import re
from base64 import b64decode
from collections import Counter
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import pytest

from tests.bench.report.runs import full, troubled, usual
from tests.bench.synthetic import record, scenario, shaken, summary, whole
from waitbench.findings import claims, find_all
from waitbench.report import headlines as _headlines
from waitbench.report import render
from waitbench.report.answers import answers
from waitbench.scenario import BenchError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from waitbench.analysis.comparison import Summary

EVIL = "</script><script>alert(1)</script><img src=x onerror=alert(2)>"


class Reader(HTMLParser):
    """Collects what a browser would see: elements, names, links, scripts and text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.names: list[str] = []
        self.links: list[str] = []
        self.attributes: set[str] = set()
        self.packed: dict[str, Any] = {}
        self.text = ""
        self._inside: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags[tag] += 1
        self.attributes |= set(given)
        self.names += [given["id"] or ""] if "id" in given else []
        self.links += [given["href"] or ""] if tag == "a" else []
        self._inside.append("packed" if given.get("id") == "packed" else tag)

    def handle_endtag(self, tag: str) -> None:
        while self._inside and self._inside.pop() not in {tag, "packed"}:
            pass

    def handle_data(self, data: str) -> None:
        inside = self._inside[-1] if self._inside else ""
        if inside == "packed":
            self.packed = json.loads(gzip.decompress(b64decode(data)))
        elif inside not in {"script", "style"}:
            self.text += data


def page(made: Summary) -> str:
    return render("html", made, find_all(made))


def test_every_link_leads_somewhere_on_the_page_and_no_name_is_given_twice(tmp_path: Path) -> None:
    read = Reader(page(full(tmp_path)))
    assert [name for name, many in Counter(read.names).items() if many > 1] == []
    inner = [link[1:] for link in read.links if link.startswith("#")]
    assert set(inner) <= set(read.names)
    assert [link for link in read.links if not link.startswith("#")] == ["0007_run.json"]


def test_every_finding_in_front_links_to_its_evidence_and_that_to_its_rows(tmp_path: Path) -> None:
    made = usual(tmp_path)
    read = Reader(page(made))
    headlines = _headlines.headlines(answers(claims(), find_all(made), 3), 0.95)
    assert 1 <= len(headlines) <= 5
    for headline in headlines:
        assert f"#claim-{headline.claim}" in read.links
    assert "#row-io_bound-http-50ms-n32-c32-asyncio" in read.links


def test_the_first_finding_is_the_main_answer_and_the_rest_are_decided(tmp_path: Path) -> None:
    answered = answers(claims(), find_all(full(tmp_path)), 3)
    leading = [headline.claim for headline in _headlines.headlines(answered, 0.95)]
    assert leading[0] == next(answer.claim.id for answer in answered if answer.measured)
    by_id = {answer.claim.id: answer for answer in answered}
    open_ = [claim for claim in leading[1:] if by_id[claim].verdict == "undecided"]
    assert not open_ or len(leading) <= _headlines.FEWEST


def test_a_number_its_interval_and_the_sentence_stand_apart(tmp_path: Path) -> None:
    answered = answers(claims(), find_all(usual(tmp_path)), 3)
    headline = _headlines.headlines(answered, 0.95)[0]
    assert re.fullmatch(r"[\d.,]+ \D+", headline.figure)
    assert headline.sure.startswith("95 % interval: ")
    assert headline.sentence.endswith(".")


def test_what_made_no_difference_is_folded_and_counted(tmp_path: Path) -> None:
    made = usual(tmp_path)
    words = Counter(
        row.verdict.verdict
        for comparison in made.scenarios
        for row in comparison.rows
        if row.verdict is not None
    )
    text = " ".join(Reader(page(made)).text.split())
    for word in ("same", "undecided"):
        if words[word]:
            assert f"{words[word]} of {made.methods.comparisons} comparisons {word}" in text


def test_claims_that_were_not_measured_are_counted_with_what_measures_them(tmp_path: Path) -> None:
    alone = summary(tmp_path, *whole()[12:])  # hashing alone says nothing of waiting
    text = page(alone)
    assert "Not measured here: " in text
    assert "<code>waitbench run io_bound" in text


def test_the_page_needs_nothing_from_anywhere(tmp_path: Path) -> None:
    made = page(full(tmp_path))
    read = Reader(made)
    assert "src" not in read.attributes
    assert read.tags["link"] == read.tags["img"] == read.tags["iframe"] == 0
    assert "default-src 'none'" in made
    # What names an address names a format, and is never fetched.
    addresses = set(re.findall(r"https?://[\w.]+", made + json.dumps(read.packed["specs"])))
    assert addresses <= {"http://www.w3.org", "https://vega.github.io"}


def test_the_same_run_is_the_same_page(tmp_path: Path) -> None:
    assert page(full(tmp_path)) == page(full(tmp_path))


def evil(folder: Path) -> Summary:
    hit = scenario(f"http-{EVIL}", params={"latency": EVIL}, workload=EVIL)
    other = hit | {"suite": EVIL}
    return summary(
        folder,
        record(hit, "sync", shaken(1600), notes=[EVIL]),
        record(hit, EVIL, shaken(52), failure=EVIL),
        record(other, "sync", shaken(1600)),
        record(other, EVIL, shaken(52)),
        *whole(),
        warnings=[{"code": EVIL, "text": EVIL, "advice": EVIL}],
        options={"keyword": EVIL, "models": [EVIL]},
        left_out=[{"suite": EVIL, "scenario": EVIL, "model": EVIL, "reason": EVIL}],
        environment={"cpu": EVIL, "python": EVIL, "packages": {"aiohttp": EVIL}, "commit": EVIL},
        target={"loop": EVIL},
    )


def test_text_of_the_results_file_is_only_text(tmp_path: Path) -> None:
    harmless, attacked = Reader(page(full(tmp_path))), Reader(page(evil(tmp_path)))
    assert EVIL in attacked.text
    assert "onerror" not in attacked.attributes
    assert attacked.tags["img"] == 0
    # What is packed, and our own script.
    assert attacked.tags["script"] == harmless.tags["script"] == 2
    assert EVIL in json.dumps(attacked.packed["specs"])


@pytest.mark.parametrize("make", [usual, troubled, full])
def test_every_picture_is_packed_with_what_draws_it(
    make: Callable[[Path], Summary], tmp_path: Path
) -> None:
    read = Reader(page(make(tmp_path)))
    assert len(read.packed["specs"]) == read.tags["figure"]
    assert "vegaEmbed" in read.packed["script"]
    for spec in read.packed["specs"].values():
        assert spec["usermeta"].keys() >= {"series", "axes"}


def test_a_run_of_one_model_has_a_page_without_findings(tmp_path: Path) -> None:
    alone = summary(tmp_path, record(scenario(), "asyncio", shaken(53)))
    read = Reader(render("html", alone, []))
    assert "http-50ms-n32-c32" in read.text
    assert "Findings" not in read.text


def test_of_chosen_suites_there_are_just_the_tables(tmp_path: Path) -> None:
    made = full(tmp_path)
    read = Reader(render("html", made, find_all(made), only=["stalls"]))
    assert read.tags["figure"] == read.tags["script"] == 0
    assert "stalls-20ms-n50-c50" in read.text
    assert "compute-n8-c8" not in read.text
    with pytest.raises(BenchError, match="holds no suite 'nothing'"):
        render("html", made, [], only=["nothing"])


def test_nothing_is_drawn_for_a_page_that_cannot_be_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def drawn(*_arguments: object, **_options: object) -> None:
        pytest.fail("it was drawn")

    monkeypatch.setattr("waitbench.registry.optional.missing", lambda *_names: "needs jinja2")
    monkeypatch.setattr("waitbench.report.formats._page.page", drawn)
    with pytest.raises(BenchError, match="jinja2"):
        render("html", usual(tmp_path), [])
