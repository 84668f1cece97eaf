"""Reports of pytest in, why a test failed or was skipped out, in one line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .turn import Turn


def outcome(turn: Turn, taken_away: str | None = None) -> tuple[str | None, str | None]:
    """Return why a test failed, and why it was skipped; None for what it did not.

    Args:
        turn: of the test, which is over.
        taken_away: why it has not got our fixture.
    """
    if turn.ended:
        return turn.ended, None
    for report in turn.reports:
        expected = getattr(report, "wasxfail", None)
        if expected is not None and report.skipped:
            return None, f"expected to fail: {expected or 'no reason given'}"
        if report.skipped:
            return None, reason(report)
        if report.failed:
            where = {"setup": "its set-up failed", "teardown": "its teardown failed"}
            when = "after" if turn.used else "in" if turn.reached else "before"
            return (
                f"{where.get(report.when, f'{when} its benchmark call')}: {reason(report)}",
                None,
            )
    if not turn.used:
        return taken_away or "it never calls benchmark", None
    return None, None


def reason(report: Any) -> str:
    """Return in one line why a phase failed or was skipped."""
    long = report.longrepr
    if isinstance(long, tuple):
        return str(long[2]).removeprefix("Skipped: ")
    crash = getattr(long, "reprcrash", None)
    text = str(crash.message if crash else long).strip()
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    errors = [line.removeprefix("E").strip() for line in lines if line.startswith("E ")]
    return (errors or lines or ["no reason given"])[-1 if errors else 0]
