"""Programs that resemble real ones: what is told is what was planted, and nothing else."""

import pytest

from tests.bench.doctor.examples import FOLDER
from tests.bench.doctor.test_corpus import examined
from tests.calm import tried_again

pytestmark = pytest.mark.processes

PLANTED = {
    "crawler": {"waiting", "forgotten"},
    "webapp": {"computing", "failed"},
    "batch": {"computing", "lost", "pool"},
}


@pytest.mark.parametrize("name", PLANTED)
@tried_again
def test_what_was_planted_is_found_and_nothing_else(name: str) -> None:
    source = FOLDER / f"{name}.py"
    lines = source.read_text().splitlines()
    faults = {number for number, line in enumerate(lines, 1) if "# fault" in line}
    status, report, stderr = examined(str(source))
    findings = report["findings"] + report["notes"]
    # A crowded machine keeps the loop from a core wherever it is, and that is no fault.
    faulty = [finding for finding in findings if finding["kind"] not in {"crowded", "late"}]
    assert {finding["place"]["line"] for finding in faulty} <= faults, stderr
    # A hold that a crowded machine prolonged is a note of its own kind.
    kinds = {finding["kind"] for finding in findings}
    assert kinds <= PLANTED[name] | {"crowded", "late"}
    assert kinds >= PLANTED[name] - {"waiting", "computing", "pool"}
    assert status == 1
