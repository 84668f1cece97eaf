"""Conclusions from facts made by hand: what held the loop, for how long, and why."""

from types import CodeType

from waitbench.doctor.blocked_steps import BlockedStep, LoopActivity
from waitbench.doctor.diagnosis import examined
from waitbench.doctor.findings import Finding
from waitbench.doctor.leaks import Leaks
from waitbench.doctor.loop_thread import Mark, Sample
from waitbench.doctor.pool import Pool, Wait

MS = 1_000_000


def _code(name: str, file: str = "/app/shop.py", kind: str = "async def") -> CodeType:
    space: dict[str, CodeType] = {}
    exec(compile(f"{kind} {name}():\n pass\ncode = {name}.__code__", file, "exec"), space)
    return space["code"]


PAGE, LOAD, READ = _code("page"), _code("load", kind="def"), _code("read", "<frozen x>", "def")


def _step(
    *samples: Sample,
    wall_ms: int = 100,
    cpu_ms: float = 0,
    queued_ms: float = 0,
    turns: int = 0,
    at_ms: int = 0,
) -> BlockedStep:
    return BlockedStep(
        began_ns=at_ms * MS,
        wall_ns=wall_ms * MS,
        cpu_ns=cpu_ms * MS,
        queued_ns=queued_ms * MS,
        turns=turns,
        samples=list(samples),
    )


def _look(
    at_ms: int,
    *lines: tuple[CodeType, int],
    cpu_ms: int = 0,
    queued_ms: int = 0,
    late_ms: int = 0,
) -> Sample:
    return Sample(lines, Mark(at_ms * MS, cpu_ms * MS, queued_ms * MS), late_ms * MS)


def _findings(*activity: BlockedStep, threshold_ms: int = 50) -> list[Finding]:
    seen = examined(_activity(*activity, threshold_ms=threshold_ms), Leaks(began_ns=0), [])
    return [*seen.findings, *seen.notes]


def _activity(*steps: BlockedStep, threshold_ms: int = 50) -> LoopActivity:
    return LoopActivity(
        threshold_ns=threshold_ms * MS, began_ns=0, blocked=list(steps), ran_ns=1_000 * MS
    )


def test_the_line_is_the_users_own_and_the_coroutine_the_one_above_it() -> None:
    (finding,) = _findings(_step(_look(10, (READ, 7), (LOAD, 3), (PAGE, 9))))
    assert finding.place is not None
    assert (finding.place.function, finding.place.line) == ("load", 3)
    assert finding.coroutine is not None
    assert (finding.coroutine.function, finding.coroutine.line) == ("page", 9)
    assert finding.inside is not None
    assert finding.inside.function == "read"
    assert finding.subject == "page"


def test_little_time_on_a_core_is_waiting_and_much_is_computing() -> None:
    look = _look(10, (PAGE, 9))
    assert [_findings(_step(look, cpu_ms=cpu))[0].kind for cpu in (2, 49, 51, 98)] == [
        *("waiting", "waiting", "computing", "computing")
    ]


def test_a_hold_for_want_of_a_core_is_a_note() -> None:
    # 100 ms, 70 of them in line for a core: 30 are its own, below the threshold.
    (finding,) = _findings(_step(_look(10, (PAGE, 9)), cpu_ms=28, queued_ms=70))
    assert (finding.kind, finding.note) == ("crowded", True)
    # 300 ms, of which 200 were in line: 100 are its own, and it computed for 90 of these.
    (finding,) = _findings(_step(_look(10, (PAGE, 9)), wall_ms=300, cpu_ms=90, queued_ms=200))
    assert (finding.kind, finding.note, finding.cpu_share) == ("computing", False, 0.9)


def test_a_hold_that_waits_again_and_again_is_its_own_though_each_time_a_core_comes_late() -> None:
    # 200 ms of writing through to the disk: 600 waits, and 0.3 ms for a core after each of them.
    look = _look(10, (PAGE, 9))
    (finding,) = _findings(_step(look, wall_ms=200, cpu_ms=15, queued_ms=180, turns=600))
    assert (finding.kind, finding.note, finding.total_ns) == ("waiting", False, 200 * MS)
    # The same, but put off its core every 2 ms: it computed, and others were as hungry.
    (finding,) = _findings(_step(look, wall_ms=200, cpu_ms=44, queued_ms=155, turns=22))
    assert (finding.kind, finding.note) == ("crowded", True)
    # Put off 600 times by neighbours that wake up, and in line at once: it computed throughout.
    (finding,) = _findings(_step(look, wall_ms=388, cpu_ms=133, queued_ms=255, turns=600))
    assert (finding.kind, finding.cpu_share) == ("computing", 1.0)
    # One short stretch and a long wait for a core: the machine again.
    (finding,) = _findings(_step(look, wall_ms=200, cpu_ms=1, queued_ms=199, turns=2))
    assert (finding.kind, finding.note) == ("crowded", True)


def test_a_watchdog_that_comes_in_time_shows_that_the_lock_was_free() -> None:
    free, kept = ([_look(at, (PAGE, 9), late_ms=late) for at in (10, 20, 30)] for late in (0, 5))
    assert _findings(_step(*free, cpu_ms=99))[0].lock_free
    assert not _findings(_step(*kept, cpu_ms=99))[0].lock_free


def test_too_few_looks_tell_nothing_of_the_lock_unless_one_was_kept_out() -> None:
    in_time, kept_out = _look(10, (PAGE, 9)), _look(98, (READ, 1), (PAGE, 9), late_ms=88)
    assert [_findings(_step(look, cpu_ms=99))[0].lock_known for look in (in_time, kept_out)] == [
        *(False, True)
    ]


def test_a_step_that_freed_memory_for_most_of_its_time_is_told_so() -> None:
    # 100 ms on a core: 2,000,000 blocks take all of them, 900,000 take 45.
    for freed, detail in (
        (2_000_000, "it let go of a great many objects at once"),
        (900_000, ""),
    ):
        step = _step(*[_look(at, (PAGE, 9)) for at in (10, 20, 30)], cpu_ms=100)
        step.freed = freed
        (finding,) = _findings(step)
        assert finding.detail == detail


def test_two_lines_in_one_step_are_two_holds() -> None:
    waits = [_look(at, (PAGE, 4), cpu_ms=0) for at in (10, 30, 50, 70)]
    computes = [_look(at, (PAGE, 5), cpu_ms=at - 80) for at in (90, 110, 130, 150)]
    waiting, computing = sorted(
        _findings(_step(*waits, *computes, wall_ms=160, cpu_ms=80)),
        key=lambda finding: finding.first_ns,
    )
    # The lines change between the looks at 70 and 90 ms: half-way, at 80 ms.
    assert (waiting.kind, waiting.place and waiting.place.line, waiting.total_ns) == (
        "waiting",
        4,
        80 * MS,
    )
    assert (computing.kind, computing.place and computing.place.line, computing.total_ns) == (
        *("computing", 5, 80 * MS),
    )


def test_a_step_with_one_look_at_each_of_its_lines_is_one_hold() -> None:
    # 60 ms: four lines of 15 ms. None is long, all together are.
    looks = [_look(at, (PAGE, line)) for line, at in enumerate((8, 23, 38, 53), 4)]
    (finding,) = _findings(_step(*looks, wall_ms=60, cpu_ms=1))
    assert (finding.kind, finding.times, finding.total_ns) == ("waiting", 1, 60 * MS)


def test_a_line_that_let_nobody_look_before_its_end_is_a_hold_beside_another() -> None:
    # Line 4 kept the GIL for 80 ms, and was met as it ended; line 5 slept for 80 ms.
    kept = _look(80, (READ, 1), (PAGE, 4), cpu_ms=80, late_ms=70)
    sleeps = [_look(at, (PAGE, 5), cpu_ms=80) for at in range(90, 160, 10)]
    first, second = sorted(
        _findings(_step(kept, *sleeps, wall_ms=160, cpu_ms=80)),
        key=lambda finding: finding.first_ns,
    )
    # The lines change between the looks at 80 and 90 ms: half-way, at 85 ms.
    assert (first.place and first.place.line, first.total_ns) == (4, 85 * MS)
    assert (second.kind, second.place and second.place.line, second.total_ns) == (
        *("waiting", 5, 75 * MS),
    )


def test_a_line_met_between_two_long_ones_goes_with_the_one_before_it() -> None:
    times = [(PAGE, 4, range(10, 80, 10)), (LOAD, 9, (80,)), (PAGE, 5, range(90, 160, 10))]
    looks = [_look(at, (code, line)) for code, line, ats in times for at in ats]
    first, second = sorted(
        _findings(_step(*looks, wall_ms=160)), key=lambda finding: finding.first_ns
    )
    assert (first.place and first.place.line, first.total_ns) == (4, 85 * MS)
    assert (second.place and second.place.line, second.total_ns) == (5, 75 * MS)


def test_a_line_that_was_met_once_a_crowded_machine_gave_a_core_again_is_no_second_hold() -> None:
    # A loop at line 4 until 95 ms, looks at it until 30 ms; then no core for 60 ms, and the next
    # look at 100 ms met the print after the loop. Whether the step waited or the watchdog.
    loop = [_look(at, (PAGE, 4), cpu_ms=at) for at in (10, 20, 30)]
    for late in (
        _look(100, (PAGE, 5), cpu_ms=40, queued_ms=60, late_ms=60),
        _look(100, (PAGE, 5), cpu_ms=100, late_ms=0),  # its own wait is not in `late_ms`
    ):
        (finding,) = _findings(_step(*loop, late, wall_ms=101, cpu_ms=100, queued_ms=0))
        assert (finding.place and finding.place.line, finding.total_ns) == (4, 101 * MS)


def test_a_line_below_the_threshold_is_no_hold_beside_another() -> None:
    # Line 4 for 85 ms, and line 5 for 35 ms, a quarter of the step: alone it were no finding.
    looks = [_look(at, (PAGE, 4 if at <= 80 else 5)) for at in range(10, 130, 10)]
    (finding,) = _findings(_step(*looks, wall_ms=120))
    assert (finding.place and finding.place.line, finding.total_ns) == (4, 120 * MS)


def test_pieces_of_one_step_at_a_line_are_one_hold() -> None:
    # Line 4 for 85 ms, line 5 for 80 ms, line 4 again for 75 ms.
    looks = [_look(at, (PAGE, 5 if 80 < at <= 160 else 4)) for at in range(10, 240, 10)]
    first, second = _findings(_step(*looks, wall_ms=240))
    assert (first.place and first.place.line, first.times) == (4, 1)
    assert (first.total_ns, first.longest_ns) == (160 * MS, 160 * MS)
    assert (second.place and second.place.line, second.total_ns) == (5, 80 * MS)


def test_the_same_line_again_is_the_same_finding() -> None:
    (finding,) = _findings(
        _step(_look(110, (PAGE, 9)), at_ms=100, wall_ms=60),
        _step(_look(10, (PAGE, 9)), at_ms=0, wall_ms=100),
    )
    assert (finding.times, finding.first_ns) == (2, 0)
    assert (finding.total_ns, finding.longest_ns) == (160 * MS, 100 * MS)


def test_a_look_that_was_kept_out_until_the_end_does_not_claim_the_line() -> None:
    (unsure,) = _findings(_step(_look(98, (PAGE, 9), late_ms=88), cpu_ms=99))
    (sure,) = _findings(_step(_look(98, (READ, 1), (PAGE, 9), late_ms=88), cpu_ms=99))
    assert unsure.detail.startswith("at this line or just before it")
    assert sure.detail == ""


def test_a_look_of_the_system_while_the_watchdog_was_kept_out_claims_its_line() -> None:
    look = _look(98, (PAGE, 9), late_ms=88)._replace(signalled=True)
    (finding,) = _findings(_step(look, cpu_ms=99))
    assert (finding.place and finding.place.line, finding.detail) == (9, "")


def test_a_pool_of_a_chosen_size_is_a_note_and_one_of_the_default_size_a_finding() -> None:
    def pool(*, chosen: bool) -> Pool:
        waits = [0, 60 * MS, 80 * MS]
        return Pool(
            name="a pool",
            limit=2,
            chosen=chosen,
            calls=3,
            waits=[Wait(0, wait_ns) for wait_ns in waits],
        )

    examination = examined(_activity(), Leaks(), [pool(chosen=True), pool(chosen=False)])
    assert [finding.note for finding in examination.findings] == [False]
    assert [finding.detail for finding in examination.notes] == [
        "2 of 3 calls waited for one of its 2, up to 80 ms"
    ]


def test_a_pool_that_calls_gave_up_on_is_a_finding_whoever_chose_its_limit() -> None:
    pool = Pool(
        name="a pool",
        limit=2,
        chosen=True,
        calls=3,
        waits=[Wait(0, 0), Wait(0, 0), Wait(0, 500 * MS, served=False)],
    )
    (finding,) = examined(_activity(), Leaks(), [pool]).findings
    assert finding.detail == (
        "1 of 3 calls waited for one of its 2, and 1 of them got none, up to 500 ms"
    )


def test_the_cost_is_lag_by_rank_and_the_share_held() -> None:
    activity = _activity(_step(wall_ms=250))
    activity.lags_ns = [at * MS for at in range(100)]
    seen = examined(activity, Leaks(), [])
    assert seen.held_share == 0.25
    assert seen.lag is not None
    assert (seen.lag.p50_ns, seen.lag.p99_ns, seen.lag.max_ns) == (50 * MS, 99 * MS, 99 * MS)


def test_lines_of_one_loop_are_one_hold() -> None:
    space: dict[str, CodeType] = {}
    loop = "def turn():\n while True:\n  one()\n  other()\n last()\ncode = turn.__code__"
    exec(compile(loop, "/app/shop.py", "exec"), space)
    turn = space["code"]
    looks = [_look(at, (turn, 3 + at // 50), cpu_ms=at) for at in (10, 30, 50, 70, 90)]
    (finding,) = _findings(_step(*looks, cpu_ms=100))
    assert finding.total_ns == 100 * MS


def test_lines_of_one_loop_stand_together_against_the_line_after_it() -> None:
    space: dict[str, CodeType] = {}
    loop = "def turn():\n while True:\n  one()\n  other()\n last()\ncode = turn.__code__"
    exec(compile(loop, "/app/shop.py", "exec"), space)
    turn = space["code"]
    # 38 and 26 ms of the loop; then a look that came 38 ms after, when it had just ended.
    looks = [_look(at, (turn, line), cpu_ms=at) for at, line in ((38, 3), (64, 4), (102, 5))]
    (finding,) = _findings(_step(*looks, wall_ms=103, cpu_ms=102))
    assert (finding.place and finding.place.line, finding.total_ns) == (3, 103 * MS)


def test_a_look_stands_for_the_time_since_the_one_before() -> None:
    # Kept out for 90 ms by line 4, then in time twice at line 5.
    looks = [
        _look(90, (READ, 1), (PAGE, 4), late_ms=80),
        *(_look(at, (PAGE, 5)) for at in (95, 100)),
    ]
    (finding,) = _findings(_step(*looks, cpu_ms=100))
    assert finding.place is not None
    assert finding.place.line == 4
