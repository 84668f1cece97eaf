"""A gate's outcome as JUnit XML: a test case for each benchmark, as every CI shows them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from bench.gate import _texts

if TYPE_CHECKING:
    from bench.gate.outcome import Outcome, Result

NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 has no place for, whatever a benchmark says when it fails."""


def render(outcome: Outcome) -> str:
    """Write it: slower is a failure, failed an error, undecided is skipped."""
    counts = {
        "tests": len(outcome.results),
        "failures": len(outcome.of("slower")),
        "errors": len(outcome.of("failed")),
        "skipped": len(outcome.of("undecided")) + len(outcome.of("vanished")),
    }
    told = {name: str(many) for name, many in counts.items()}
    root = ET.Element("testsuites", told)
    suite = ET.SubElement(
        root, "testsuite", {"name": "waitbench gate", "time": f"{outcome.seconds:.3f}", **told}
    )
    for one in outcome.results:
        _case(suite, one)
    ET.SubElement(suite, "system-out").text = _clean(
        f"{_texts.headline(outcome)}\nbase {outcome.base}\nhead {outcome.head}\n"
        f"{_texts.method(outcome)}"
    )
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _case(suite: ET.Element, one: Result) -> None:
    seconds = (one.head_ns or 0.0) / 1e9
    case = ET.SubElement(
        suite,
        "testcase",
        {"classname": "waitbench.gate", "name": _clean(one.name), "time": f"{seconds:.9f}"},
    )
    said = "; ".join(filter(None, (_texts.change(one), *one.notes, *one.grown)))
    message = _clean(f"{_texts.verdict(one)} {_texts.change(one)}".strip())
    kind = {"slower": "failure", "failed": "error"}.get(one.word)
    if one.word in {"undecided", "vanished"}:
        kind = "skipped"
    if kind:
        ET.SubElement(case, kind, {"message": message}).text = _clean(said)


def _clean(text: str) -> str:
    return NO_XML.sub("\ufffd", text)
