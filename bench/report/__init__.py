"""A file here is a format of the report: a summary and its findings in, text out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench import registry

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench.comparison import Summary
    from bench.findings import Finding


def formats() -> list[str]:
    """List the formats that `--format` takes."""
    return registry.names("report")


def render(
    form: str, summary: Summary, findings: Sequence[Finding], *, only: Sequence[str] = ()
) -> str:
    """Write the report in one format, as text that ends in a newline.

    Args:
        form: a file of this folder.
        summary: of the run.
        findings: on it.
        only: suites of which just the tables are wanted; the whole report when empty.

    Raises:
        BenchError: no such format, or the run holds no such suite.
    """
    text: str = registry.load("report", form).render(summary, findings, only=only)
    return text
