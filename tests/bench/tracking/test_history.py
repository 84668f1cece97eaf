"""A history: lines that merge, change points that are where they are, and a picture of them."""

import os
import subprocess
from dataclasses import replace
from math import log
from pathlib import Path

import numpy as np
import pytest

from tests.bench import others, synthetic
from tests.bench.gate.projects import Project
from waitbench.cli import main
from waitbench.scenario import BenchError
from waitbench.tracking import change_points, history
from waitbench.tracking.history import HistoryEntry

Noise = np.ndarray[tuple[int], np.dtype[np.float64]]


def noise(seed: int, runs: int, spread: float = 0.02, *, heavy: bool = False) -> Noise:
    rng = np.random.default_rng(seed)
    draws = rng.standard_t(3, runs) / 3**0.5 if heavy else rng.normal(size=runs)
    return np.asarray(spread * draws, dtype=np.float64)


@pytest.mark.slow
@pytest.mark.parametrize("heavy", [False, True])
def test_256_runs_without_a_change_have_at_most_one_point(heavy: bool) -> None:  # noqa: FBT001
    numbers = [
        len(change_points.course(np.exp(noise(seed, 256, heavy=heavy)).tolist()).points)
        for seed in range(3)
    ]
    assert max(numbers) <= 1
    assert sum(numbers) <= 1


@pytest.mark.parametrize("heavy", [False, True])
def test_a_step_of_10_per_cent_is_located_within_5_runs(heavy: bool) -> None:  # noqa: FBT001
    for seed in range(12):
        logs = noise(seed, 40, heavy=heavy)
        logs[35:] += log(1.1)  # and it is seen with no more than these five after it
        points = change_points.course(np.exp(logs).tolist()).points
        assert len(points) == 1
        assert abs(points[0].index - 35) <= 2
        assert points[0].step == pytest.approx(0.1, abs=0.05)


def test_one_bad_run_is_no_change() -> None:
    logs = noise(1, 60)
    logs[30] += log(1.5)
    assert change_points.course(np.exp(logs).tolist()).points == ()


def test_two_steps_are_two_points_and_a_small_one_is_none() -> None:
    logs = noise(2, 90, spread=0.005)
    logs[30:] += log(1.2)
    logs[60:] -= log(1.3)
    logs[45:60] += log(1.01)
    points = change_points.course(np.exp(logs).tolist()).points
    assert [point.index for point in points] == [30, 60]
    assert points[1].step == pytest.approx(1 / 1.3 - 1, abs=0.01)


@pytest.mark.parametrize("figures", [[1.0], [1.0, 1.1], [1.0] * 5, [1.0] * 50])
def test_nothing_is_found_where_nothing_can_be(figures: list[float]) -> None:
    course = change_points.course(figures)
    assert (course.points, course.trends, course.turns, course.differs) == ((), (), 0, False)


def entry(number: int, speed: float, machine: str = "here") -> HistoryEntry:
    return HistoryEntry(
        time=f"2026-01-{1 + number // 24:02d}T{number % 24:02d}:00:00+00:00",
        commit=f"c{number:03d}",
        machine=machine,
        rows={"io_bound/http/asyncio": {"speed": speed, "CPU": 1 / speed}},
    )


def test_a_run_is_appended_once_and_lines_may_stand_in_any_order(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "history.jsonl"
    assert history.append(path, entry(2, 5.0))
    assert history.append(path, entry(1, 5.1))
    assert not history.append(path, entry(2, 5.0))
    assert [run.commit for run in history.read(path)] == ["c001", "c002"]
    assert len(path.read_text().splitlines()) == 2


@pytest.mark.processes
def test_two_branches_that_both_added_runs_merge(project: Project) -> None:
    path = project.folder / "results" / "history.jsonl"
    project.write(".gitattributes", "results/history.jsonl merge=union\n")
    history.append(path, entry(1, 5.0))
    project.commit("start")
    project.git("checkout", "-q", "-b", "other")
    history.append(path, entry(2, 5.0))
    project.commit("theirs")
    project.git("checkout", "-q", "main")
    history.append(path, entry(3, 5.0))
    project.commit("mine")
    project.git("merge", "-q", "--no-edit", "other")
    assert [run.commit for run in history.read(path)] == ["c001", "c002", "c003"]


def test_a_change_names_the_commits_around_it() -> None:
    shaken = np.exp(noise(4, 20, spread=0.005)).tolist()
    entries = [entry(n, factor * (5.0 if n < 12 else 4.0)) for n, factor in enumerate(shaken)]
    speed, cpu = history.series(entries)
    assert [point.index for point in speed.points] == [12]
    assert speed.commits(speed.points[0]) == ("c011", "c012")
    assert speed.worse(speed.points[0].step)  # less speed is worse, more CPU is too
    assert cpu.worse(cpu.points[0].step)


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "[]",
        '{"schema": 1}',
        '{"schema":1,"time":"","commit":"","machine":"","rows":{"a":{"speed":0}}}',
    ],
)
def test_a_damaged_line_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "history.jsonl"
    history.append(path, entry(1, 5.0))
    with path.open("a") as file:
        file.write(line + "\n")
    with pytest.raises(BenchError, match=r"line 2 of .* is no run .* remove that line"):
        history.read(path)


@pytest.mark.processes
def test_the_command_adds_shows_and_draws(
    project: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, file = tmp_path / "history.jsonl", ("--file", str(tmp_path / "history.jsonl"))
    assert main(["history", "show", *file]) == 2
    assert "`waitbench history add` appends one" in capsys.readouterr().err
    of = synthetic.scenario()
    run = synthetic.summary(
        tmp_path,
        synthetic.record(of, "sync", synthetic.shaken(1600)),
        synthetic.record(of, "asyncio", synthetic.shaken(55)),
    )
    assert main(["history", "add", str(run.path), *file]) == 0
    assert main(["history", "add", str(run.path), *file]) == 0
    assert "there already" in capsys.readouterr().out
    assert main(["history", "show", *file]) == 0
    assert capsys.readouterr().out.startswith("1 run of ")
    path.unlink()
    before = project.git("rev-parse", "HEAD")
    after = project.commit("what made it slow")
    for number, factor in enumerate(np.exp(noise(4, 20, spread=0.005)).tolist()):
        made = entry(number, factor * (5.0 if number < 12 else 4.0))
        commit = before if number < 12 else after
        history.append(path, replace(made, commit=commit))
    assert main(["history", "show", "-k", "speed", *file]) == 0
    printed = capsys.readouterr().out
    assert "-20.0 % (worse), 5 to 4, from run 13 of 20 on" in printed or "(worse)" in printed
    assert "what made it slow" in printed
    for form in ("svg", "png"):
        picture = tmp_path / f"history.{form}"
        assert main(["history", "plot", "-o", str(picture), *file]) == 0
        assert picture.stat().st_size > 1000
    assert main(["history", "plot", "-o", str(tmp_path / "history.doc"), *file]) == 2
    assert (
        subprocess.run(["git", "status", "--porcelain"], capture_output=True, check=True).stdout
        == b""
    )


def test_a_full_disk_adds_nothing_to_a_history(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / history.NAME
    first, second = (
        HistoryEntry(time=time, commit="", machine="m", rows={"a": {"speed": 1.0}})
        for time in ("2026-01-01", "2026-01-02")
    )
    history.append(path, first)
    before = path.read_bytes()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(BenchError, match="No space left"):
            history.append(path, second)
    assert path.read_bytes() == before
    assert history.append(path, second)


@pytest.mark.processes
def test_a_storage_of_another_tool_is_a_history_and_other_machines_stand_apart(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    figures = (10.0, 10.1, 7.0, 9.9, 10.0, 13.1, 13.0, 13.2)
    for number, figure in enumerate(figures, 1):
        brand = "Faster CPU" if number == 3 else "Example CPU"
        run = others.plain(
            others.benchmark("test_query", figure / 1000),
            others.benchmark("test_render", 0.03),
            machine_info=others.machine(cpu={"count": 4, "brand_raw": brand}),
            commit_info={"id": f"{number:040}", "dirty": False},
            datetime=f"2026-04-{number:02}T12:00:00+00:00",
        )
        path = others.write(tmp_path / f"storage/{number:04d}_run.json", run)
        os.utime(path, ns=(2**60 - number, 2**60 - number))
    kept = ["--file", str(tmp_path / "history.jsonl")]
    assert main(["history", "add", str(tmp_path / "storage"), *kept]) == 0
    capsys.readouterr()
    assert main(["history", "show", *kept]) == 0
    whole, changed = [line for line in capsys.readouterr().out.splitlines() if "%" in line]
    assert whole.startswith("tests/test_shop.py::test_query on ")
    assert "10 ms to 13.1 ms, first against last of 7 runs" in whole
    assert "worse" in changed
    assert "10 ms to 13.1 ms" in changed
    assert "from run 5 of 7" in changed
    assert "commits 000000000..000000000" in changed


def test_a_run_without_a_date_is_none_of_a_history(tmp_path: Path) -> None:
    path = others.write(tmp_path / "x.json", others.plain(others.benchmark("test_a"), datetime=""))
    assert main(["history", "add", str(path), "--file", str(tmp_path / "h.jsonl")]) == 2


def test_a_run_is_dated_as_it_says_whatever_the_date_of_its_file(tmp_path: Path) -> None:
    path = synthetic.run(tmp_path, *synthetic.whole()).path
    os.utime(path, ns=(2**60, 2**60))
    kept = tmp_path / "history.jsonl"
    assert main(["history", "add", str(path), "--file", str(kept)]) == 0
    assert [entry.time for entry in history.read(kept)] == ["2026-11-22T12:00:00+00:00"]


def test_a_pipe_is_no_history(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert main(["history", "show", "--file", str(tmp_path / "pipe")]) == 2
