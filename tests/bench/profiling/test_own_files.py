"""Files of ours and of others on a stack: by the package's folder, never by a name alone."""

from __future__ import annotations

import json
from pathlib import Path

import waitbench
from tests.bench.profiling.lanes import TASK, WORK, lane, profile, stack
from waitbench.profiling import files
from waitbench.profiling.classify import classify
from waitbench.profiling.own_files import FOLDER, OURS, named, named_before
from waitbench.profiling.profile import in_task

OLD_TASK = ("timed", "/home/me/waitbench/bench/stopwatch.py")
OLD_WORK = ("run", "/home/me/waitbench/bench/workloads/http.py")
USERS = ("work", "/home/me/shop/bench/race/order.py")


def test_a_file_of_the_package_is_named_from_its_folder() -> None:
    assert Path(FOLDER) == Path(waitbench.__file__).parent
    assert named(f"run\x00{FOLDER}models/sync.py\x007") == f"run\x00{OURS}models/sync.py\x007"
    (users,) = stack(USERS)
    assert named(users) == users


def test_a_users_folder_that_is_called_as_ours_is_the_users() -> None:
    for name in (
        "bench/waitbench/race/x.py",
        "bench/waitbench/stopwatch.py",
        "waitbench/models/x.py",
        "race/x.py",
    ):
        theirs = stack(TASK, WORK, ("timed", f"/home/me/shop/{name}"))
        assert classify(theirs) == "workload"
        assert not in_task(stack(("timed", f"/home/me/shop/{name}")))


def test_a_profile_of_before_is_read_and_its_harness_recognised(tmp_path: Path) -> None:
    waits, works = stack(OLD_TASK, OLD_WORK, USERS), stack(OLD_TASK, OLD_WORK)
    form = profile(lane({waits: 30, works: 10})).form()
    (tmp_path / "profiles.json").write_text(json.dumps({"schema": 1, "profiles": [form]}))
    (read,) = files.read(tmp_path)
    assert read == profile(lane({stack(TASK, WORK, USERS): 30, stack(TASK, WORK): 10}))
    assert len(read.working) == 1


def test_frames_that_name_no_landmark_stay_as_they_are() -> None:
    assert named_before(stack(USERS)) == list(stack(USERS))
