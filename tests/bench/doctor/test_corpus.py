"""A part of the corpus, as its user would have it examined; `compare.py` runs all of it."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.bench.doctor.corpus import HEALTHY, PAUSES, faults
from tests.calm import tried_again

pytestmark = pytest.mark.processes

CHECKOUT = Path(__file__).parents[3]
KINDS = {
    "hold_sleep": "waiting",
    "hold_future": "waiting",
    "hold_cpu_loop": "computing",
    "hold_json": "computing",
    "hold_operator": "computing",
    "hold_freeing": "computing",
    "hold_freeing_cache": "computing",
    "hold_callback": "waiting",
    "hold_async_generator": "waiting",
    "stall_sort": "gil",
    "stall_regex": "gil",
    "stall_number": "gil",
    "stall_spin": "gil",
    "flood_ready": "flooded",
    "flood_timers": "flooded",
    "flood_call_soon": "flooded",
    "line_limiter": "pool",
    "line_cancelled": "pool",
    "line_processes": "pool",
    "line_httpx": "pool",
    "line_aiohttp": "pool",
    "forget_dropped": "forgotten",
    "forget_in_cycle": "forgotten",
    "forget_in_module": "forgotten",
    "forget_library_call": "forgotten",
    "forget_mock": "forgotten",
    "forget_mock_kept": "forgotten",
    "forget_in_thread": "forgotten",
    "forget_wrapped": "forgotten",
    "forget_callback": "forgotten",
    "forget_client": "session",
    "forget_failed": "failed",
    "forget_collected": "lost",
    "forget_cut_off": "lost",
}


def examined(target: str, *options: str) -> tuple[int, dict[str, Any], str]:
    done = subprocess.run(
        [sys.executable, "-m", "waitbench", "doctor", "--format=json", *options, target],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, "PYTHONWARNINGS": "default"},
    )
    return done.returncode, json.loads(done.stdout), done.stderr


@pytest.mark.parametrize("name", KINDS)
@tried_again
def test_a_fault_is_found_with_its_line_and_its_kind(name: str) -> None:
    status, report, stderr = examined(f"tests.bench.doctor.corpus.{name}:main")
    # Beside a hold that this machine's neighbours prolong there may be notes, but no other finding.
    findings = report["findings"] or [note for note in report["notes"] if note["place"]]
    if name.startswith(("stall_", "flood_", "line_")):
        # Those take the loop as long as it gets its core: on a crowded machine it may be neither.
        findings = [finding for finding in findings if finding["kind"] not in {"late", "crowded"}]
        if not findings:
            pytest.skip("this machine kept the loop from its core for longer than the program did")
    places = [(finding["kind"], finding["place"]["line"]) for finding in findings]
    assert len(places) == 1, places
    kind, line = places[0]
    assert kind in {KINDS[name], "crowded"}
    # Who kept the GIL is met as he lets go of it: on a busy machine a line later.
    assert line in faults(name) or (kind == "gil" and line - 1 in faults(name))
    assert status == (0 if kind == "crowded" else 1)
    if name.startswith("hold_"):
        (held,) = [word for word in stderr.splitlines() if word.startswith("held ")]
        assert findings[0]["total_ms"] >= int(held.split()[1]) / 1e6 * 0.8


def test_what_called_a_wrapper_is_told_beside_it() -> None:
    _, report, _ = examined("tests.bench.doctor.corpus.forget_wrapped:main")
    (finding,) = report["findings"]
    assert finding["coroutine"]["function"] == "main"
    assert finding["coroutine"]["line"] > finding["place"]["line"]


@tried_again
def test_c_code_that_makes_objects_with_the_gil_is_not_interrupted_by_looking_at_it() -> None:
    _, report, stderr = examined("tests.bench.doctor.corpus.stall_json:main")
    (took,) = [word for word in stderr.splitlines() if word.startswith("held ")]
    stalls = [finding for finding in report["findings"] if finding["kind"] in {"gil", "collection"}]
    assert faults("stall_json") & {stall["place"]["line"] for stall in stalls if stall["place"]}
    assert sum(stall["total_ms"] for stall in stalls) >= int(took.split()[1]) / 1e6 * 0.3


@pytest.mark.parametrize("name", ["hold_freeing", "hold_freeing_cache"])
@tried_again
def test_memory_that_is_freed_is_told_as_such(name: str) -> None:
    _, report, _ = examined(f"tests.bench.doctor.corpus.{name}:main")
    assert all("it let go of a great many objects" in hold["says"] for hold in report["findings"])


@pytest.mark.parametrize("name", PAUSES)
@tried_again
def test_a_collection_is_told_as_such_and_no_line_is_blamed(name: str) -> None:
    _, report, _ = examined(f"tests.bench.doctor.corpus.{name}:main")
    if not report["findings"]:
        pytest.skip("this machine kept the loop from its core for longer than the collection did")
    # A thread that allocates keeps the GIL besides, and on a busy machine for long.
    kinds = {finding["kind"] for finding in report["findings"]}
    assert "collection" in kinds
    assert kinds <= {"collection", "gil", "late"}
    (full,) = (
        finding
        for finding in report["findings"]
        if finding["subject"] == "a full garbage collection"
    )
    assert full["place"] is None
    assert "objects are watched by the collector" in full["detail"]


@pytest.mark.parametrize("name", HEALTHY)
@tried_again
def test_a_healthy_program_raises_no_alarm(name: str) -> None:
    status, report, _ = examined(f"tests.bench.doctor.corpus.{name}:main", "--threshold", "90")
    assert (status, report["findings"]) == (0, [])
