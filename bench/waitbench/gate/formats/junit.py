"""A gate's outcome as JUnit XML: a test case for each benchmark, as every CI shows them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from waitbench.gate import sentences

if TYPE_CHECKING:
    from waitbench.gate.outcome import Outcome, Result

SUFFIX = "xml"
NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 has no place for, whatever a benchmark says when it fails."""


def render(outcome: Outcome) -> str:
    """Return the XML: slower is a failure, failed an error, undecided is skipped."""
    counts = {
        "tests": len(outcome.results),
        "failures": len([*outcome.of("slower"), *outcome.of("dearer")]),
        "errors": len(outcome.of("failed")),
        "skipped": len(outcome.of("undecided")) + len(outcome.of("vanished")),
    }
    attributes = {name: str(many) for name, many in counts.items()}
    root = ET.Element("testsuites", attributes)
    suite = ET.SubElement(
        root,
        "testsuite",
        {"name": "waitbench gate", "time": f"{outcome.seconds:.3f}", **attributes},
    )
    for result in outcome.results:
        _case(suite, result)
    ET.SubElement(suite, "system-out").text = _clean(
        f"{sentences.headline(outcome)}\nbase {outcome.base}\nhead {outcome.head}\n"
        f"{sentences.method(outcome)}"
    )
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _case(suite: ET.Element, result: Result) -> None:
    seconds = (result.head_ns or 0.0) / 1e9
    case = ET.SubElement(
        suite,
        "testcase",
        {"classname": "waitbench.gate", "name": _clean(result.name), "time": f"{seconds:.9f}"},
    )
    text = "; ".join(filter(None, (sentences.deciding(result), *sentences.lines(result))))
    message = _clean(f"{sentences.verdict(result)} {sentences.deciding(result)}".strip())
    kind = {"slower": "failure", "dearer": "failure", "failed": "error"}.get(result.verdict)
    if result.verdict in {"undecided", "vanished"}:
        kind = "skipped"
    if kind:
        ET.SubElement(case, kind, {"message": message}).text = _clean(text)


def _clean(text: str) -> str:
    return NO_XML.sub("\ufffd", text)
