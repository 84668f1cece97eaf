"""A page of others' figures as JSON: the records, and what stands around them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from waitbench.report.others.page import Page

FORMAT = 1
"""Of the document; it grows when a field changes its meaning or goes, not when one is added."""


def render(page: Page) -> str:
    """Write the document."""
    document = {
        "format": FORMAT,
        "title": page.title,
        "runs": dict(page.runs),
        "alerts": list(page.alerts),
        "rows": [dict(record) for record in page.records],
        "notes": {title: list(sentences) for title, sentences in page.notes},
        "facts": dict(page.facts),
    }
    return json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
