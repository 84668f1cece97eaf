"""What a worker does with a launch, without Dask: one process, one folder, one answer."""

import json
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from tests.bench.machines.pretended import LINEUP, SCENARIO
from waitbench.machines import clean_environment, machine_lock, task
from waitbench.machines.launch import ANSWER, ORDER
from waitbench.machines.order import Order, packed
from waitbench.race.plan import Settings
from waitbench.system import environment


def run(seconds: float, token: str, within_s: float = 30, *, wanted_s: float = 60) -> task.Outcome:
    """Race sleeping for so long, as a worker would."""
    until_s = time.monotonic() + wanted_s
    order = Order(
        lineup=[(replace(SCENARIO, precision=0), rivals) for _, rivals in LINEUP],  # to its end
        settings=Settings(launches=1, budget_s=max(1, seconds), rounds_s={SCENARIO.key: seconds}),
        environment=environment.describe(),
    )
    return task.attempted(
        packed(order), token, within_s, lambda: time.monotonic() < until_s, alone=False
    )


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


@pytest.mark.processes
def test_a_launch_answers_or_ends_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("PYTHONHASHSEED", "6640"), ("OMP_NUM_THREADS", "1"), ("SECRET", "x")):
        monkeypatch.setenv(name, value)
    kind, text = run(0.1, "a")
    assert kind == "answer", text
    variables = json.loads(text)["environment"]["variables"]
    assert set(variables.values()) == {None}  # none of a nanny's got through
    before = set(psutil.Process().children(recursive=True))
    assert run(60, "b", within_s=1.5) == ("overdue", "it took more than 2 s")
    assert run(60, "c", wanted_s=1) == ("stopped", "")
    assert set(psutil.Process().children(recursive=True)) <= before
    assert not [*tmp_path.iterdir()]


@pytest.mark.processes
def test_a_launch_that_has_answered_ends_in_order_while_its_worker_holds_its_input(
    tmp_path: Path,
) -> None:
    refused = Order(lineup=[], settings=Settings(launches=1), environment={})
    (tmp_path / ORDER).write_bytes(packed(refused))
    with subprocess.Popen(
        [sys.executable, "-P", "-m", "waitbench.machines.launch", str(tmp_path)],
        env=clean_environment.clean(),
        stdin=subprocess.PIPE,
    ) as process:
        assert process.wait() == 0
    assert (tmp_path / ANSWER).is_file()


@pytest.mark.processes  # git is asked for the commit
def test_the_same_try_is_not_begun_twice(tmp_path: Path) -> None:
    (tmp_path / "waitbench-launch-a").mkdir()  # another process is at it
    assert run(0, "a") == ("twice", "")


def test_a_machine_has_one_launch_at_a_time() -> None:
    order = []

    def hold(name: str) -> None:
        with machine_lock.held(lambda: True, alone=True) as held:
            assert held
            order.append(f"{name} begins")
            time.sleep(0.2)
            order.append(f"{name} ends")

    threads = [threading.Thread(target=hold, args=(name,)) for name in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    first, second = order[0][0], order[2][0]
    assert order == [f"{first} begins", f"{first} ends", f"{second} begins", f"{second} ends"]
    with machine_lock.held(lambda: True, alone=True) as held:
        assert held
        with machine_lock.held(lambda: False, alone=True) as again:
            assert not again  # nobody waits for it any more


def test_few_variables_of_a_machine_reach_a_launch() -> None:
    cleaned = clean_environment.clean(
        {"PATH": "/bin", "LC_ALL": "C", "PYTHONHASHSEED": "6640", "TOKEN": "x", "PYTHONPATH": "/x"}
    )
    assert cleaned.keys() == {"PATH", "LC_ALL", "PYTHONPATH", "PYTHONUNBUFFERED"}
    assert cleaned["PYTHONPATH"] != "/x"
