"""The page in a real browser: drawn, quiet, offline, operable by keyboard, readable by machine."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]

from tests import chromium
from tests.bench.report.runs import full, with_few_claims
from tests.bench.synthetic import record, scenario, shaken, summary
from waitbench.findings import find_all
from waitbench.report import render

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

pytestmark = [
    pytest.mark.processes,
    pytest.mark.skipif(chromium.unavailable() is not None, reason=str(chromium.unavailable())),
]
DRAWN = "html[data-drawn=yes]"
MARKS = "#picture-speedup .mark-symbol path"
FITS = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
"""Not `innerWidth`: a phone widens that to whatever is too wide."""
LETTERS, SHARE = 13, 0.75
"""Points of the smallest text of a picture; least share of the page that a picture takes."""
LOOKS: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "tablet": {"viewport": {"width": 768, "height": 1024}},
    "phone": {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """An open page, its messages on the console and its requests."""

    page: Page
    messages: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium.browser() as started:
        yield started


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder: Path = tmp_path_factory.mktemp("page")
    with with_few_claims():
        made = full(folder)
        text = render("html", made, find_all(made))
    (folder / "report.html").write_text(text, encoding="utf-8")
    return (folder / "report.html").as_uri()


@contextmanager
def visit(browser: Browser, address: str, **look: Any) -> Iterator[Visit]:
    """Open the page, and wait until every picture is drawn."""
    context = browser.new_context(**look)
    visited = Visit(page=context.new_page())
    visited.page.on("console", lambda message: visited.messages.append(message.text))
    visited.page.on("pageerror", lambda fault: visited.messages.append(str(fault)))
    visited.page.on("request", lambda request: visited.requests.append(request.url))
    visited.page.goto(address)
    if look.get("java_script_enabled", True):
        visited.page.wait_for_selector(DRAWN)
    yield visited
    context.close()


@pytest.mark.parametrize("look", LOOKS)
def test_every_picture_is_drawn_in_silence_and_nothing_is_asked_for(
    browser: Browser, address: str, look: str
) -> None:
    with visit(browser, address, **LOOKS[look]) as visited:
        figures = visited.page.locator("figure")
        assert figures.count() > 0
        assert visited.page.locator("figure[data-drawn=yes]").count() == figures.count()
        assert visited.page.locator(MARKS).count() > 0
        assert visited.messages == []
        assert visited.requests == [address]
        # Nothing but what scrolls by itself is wider than the window.
        assert visited.page.evaluate(FITS)
        letters = visited.page.evaluate(
            "[...document.querySelectorAll('.drawing svg text')].map(text => "
            "parseFloat(getComputedStyle(text).fontSize))"
        )
        assert min(letters) >= LETTERS
        shares = visited.page.evaluate(
            "[...document.querySelectorAll('.drawing')].map(drawing => "
            "drawing.querySelector('svg').getBoundingClientRect().width / drawing.clientWidth)"
        )
        assert min(shares) >= SHARE


def test_no_name_makes_the_page_wider_than_a_phone(browser: Browser, tmp_path: Path) -> None:
    long = "a_contestant_whose_name_has_no_place_to_break_" * 3
    raced = scenario(long.replace("_", "-"), suite="a" * 80)
    made = summary(
        tmp_path,
        *(record(raced, model, shaken(per)) for model, per in {"sync": 90, long: 30}.items()),
    )
    page = tmp_path / "long.html"
    page.write_text(render("html", made, find_all(made)), encoding="utf-8")
    with visit(browser, page.as_uri(), **LOOKS["phone"]) as visited:
        visited.page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        assert visited.page.evaluate(FITS)
        assert long in visited.page.inner_text("main")


@pytest.mark.parametrize("look", ["light", "dark"])
def test_axe_finds_no_serious_fault(browser: Browser, address: str, look: str) -> None:
    with visit(browser, address, **LOOKS[look]) as visited:
        visited.page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        violations = Axe().run(visited.page).response["violations"]
    serious = [
        violation for violation in violations if violation["impact"] in {"serious", "critical"}
    ]
    assert [(violation["id"], violation["nodes"][0]["html"][:200]) for violation in serious] == []


def test_colours_follow_the_system(browser: Browser, address: str) -> None:
    grounds = {}
    for scheme in ("light", "dark"):
        with visit(browser, address, color_scheme=scheme) as visited:
            ground = "getComputedStyle(document.body).backgroundColor"
            mark = f"getComputedStyle(document.querySelector('{MARKS}')).stroke"
            grounds[scheme] = visited.page.evaluate(f"[{ground}, {mark}]")
    assert grounds["light"][0] == "rgb(255, 255, 255)"
    assert grounds["dark"][0] == "rgb(20, 23, 27)"
    assert grounds["light"][1] != grounds["dark"][1]


def test_on_paper_it_is_light_and_its_pictures_fit(browser: Browser, address: str) -> None:
    with visit(browser, address, color_scheme="dark") as visited:
        visited.page.emulate_media(media="print", color_scheme="dark")
        ground = visited.page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert ground == "rgb(255, 255, 255)"
        assert visited.page.locator(".controls").first.is_hidden()
        assert visited.page.pdf().startswith(b"%PDF")
        assert visited.messages == []


def test_without_script_there_is_a_picture_all_the_same(browser: Browser, address: str) -> None:
    with visit(browser, address, java_script_enabled=False) as visited:
        assert visited.page.locator(MARKS).count() > 0
        assert visited.page.locator("#picture-speedup svg text").first.is_visible()
        assert visited.page.locator(".controls").first.is_hidden()


def test_a_series_can_be_hidden_and_shown_by_keyboard(browser: Browser, address: str) -> None:
    with visit(browser, address) as visited:
        page, before = visited.page, visited.page.locator(MARKS).count()
        box = page.locator("#picture-speedup input[value=threads]")
        box.focus()
        page.keyboard.press("Space")
        page.wait_for_function(f"document.querySelectorAll('{MARKS}').length < {before}")
        fewer = page.locator(MARKS).count()
        # `full` races threads once in each of its four main scenarios.
        assert before - fewer == 4
        page.keyboard.press("Space")
        page.wait_for_function(f"document.querySelectorAll('{MARKS}').length == {before}")
        assert visited.messages == []


def test_the_scale_can_be_made_linear(browser: Browser, address: str) -> None:
    with visit(browser, address) as visited:
        page = visited.page
        places = f"[...document.querySelectorAll('{MARKS}')].map(m => m.getAttribute('transform'))"
        before = page.evaluate(places)
        page.locator("#picture-speedup input[value=linear]").check()
        page.wait_for_function(f"JSON.stringify({places}) != '{page_json(before)}'")
        assert "0" in page.locator("#picture-speedup .role-axis-label text").all_text_contents()
        assert visited.messages == []


def page_json(value: list[str]) -> str:
    return "[" + ",".join(f'"{text}"' for text in value) + "]"


def test_a_mark_tells_its_figures_when_it_is_pointed_at(browser: Browser, address: str) -> None:
    with visit(browser, address) as visited:
        visited.page.locator(MARKS).first.hover()
        tooltip = visited.page.locator("#vg-tooltip-element.visible")
        tooltip.wait_for()
        assert "interval" in tooltip.inner_text()


def test_a_finding_leads_to_its_evidence_and_that_to_its_row(
    browser: Browser, address: str
) -> None:
    with visit(browser, address) as visited:
        page = visited.page
        page.locator(".headlines a").first.click()
        claim = page.locator("details.claim:target")
        assert claim.evaluate("fold => fold.open")
        claim.locator("table a").first.click()
        row = page.locator("tr:target")
        assert row.is_visible()
        assert row.evaluate("row => row.getBoundingClientRect().top >= 0")


def test_a_link_into_a_fold_opens_it(browser: Browser, address: str) -> None:
    # `full` has a suite of its own, `stalls`, behind a fold.
    with visit(browser, f"{address}#row-stalls-stalls-20ms-n50-c50-asyncio") as visited:
        assert visited.page.locator("tr:target").is_visible()
