import json
import shutil

import pytest

from waitbench.calibration import _generators, _truths, load
from waitbench.calibration._generators import Quantiles
from waitbench.scenario import BenchError

WRK = """\
Running 5s test @ http://127.0.0.1:8080/
  1 threads and 10 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency    50.48ms    0.50ms  55.14ms   90.71%
    Req/Sec   197.82      7.21   200.00     90.00%
  Latency Distribution
     50%   50.37ms
     75%   50.62ms
     90%   51.02ms
     99%    1.05s\x20
  990 requests in 5.01s, 246.53KB read
Requests/sec:    197.72
"""
HEY = """\
Latency distribution:
  10% in 0.0503 secs
  25% in 0.0504 secs
  50% in 0.0505 secs
  90%% in 0.0510 secs
  99% in 1.0500 secs

Status code distribution:
  [200]	980 responses
  [500]	10 responses
"""
K6 = """\
     http_req_duration..............: med=50.43ms p(90)=51ms  p(99)=1.05s
     http_reqs......................: 990   197.9/s
"""
LOCUST = '[{"name": "/", "num_requests": 100, "response_times": {"50": 80, "51": 18, "1000": 2}}]'


@pytest.mark.parametrize(
    ("read", "report", "expected", "requests"),
    [
        (_generators.wrk, WRK, (50.37, 51.02, 1_050), 990),
        (_generators.hey, HEY, (50.5, 51.0, 1_050), 990),
        (
            _generators.autocannon,
            '{"latency": {"p50": 26, "p90": 48, "p99": 61}, "requests": {"total": 990}}',
            (26, 48, 61),
            990,
        ),
        (
            _generators.oha,
            (
                '{"latencyPercentiles": {"p50": 0.05, "p90": 0.051, "p99": 1.05},'
                ' "statusCodeDistribution": {"200": 980, "500": 10}}'
            ),
            (50, 51, 1_050),
            990,
        ),
        (_generators.k6, K6, (50.43, 51, 1_050), 990),
        (_generators.locust, LOCUST, (50, 51, 1_000), 100),
    ],
)
def test_the_reports_of_others_are_read_in_milliseconds(
    read: _generators.Reader, report: str, expected: tuple[float, float, float], requests: int
) -> None:
    quantiles = read(report)
    assert (quantiles.p50, quantiles.p90, quantiles.p99) == pytest.approx(expected)
    assert quantiles.requests == requests


def test_a_report_that_does_not_say_how_many_is_read_all_the_same() -> None:
    assert _generators.wrk(WRK.partition("  990")[0]).requests is None
    assert _generators.autocannon('{"latency": {"p50": 1, "p90": 2, "p99": 3}}').requests is None


def test_the_script_of_k6_asks_for_the_rate_and_the_time() -> None:
    write_script = _generators.ALL["k6"].stdin
    assert write_script
    script = write_script("http://127.0.0.1:8080", 5, 200, 10)
    options = json.loads(script.partition("options = ")[2].partition(";\n")[0])
    assert options["scenarios"]["even"]["rate"] == 200
    assert options["scenarios"]["even"]["duration"] == "5s"


def test_p90_of_a_target_that_is_frozen_for_a_fifth_of_the_time() -> None:
    # Of 1,000 requests in 5 s at 200/s, those of one second wait evenly from 50 to 1,050 ms, and
    # the ten of the 50 ms before from 1,000 ms on: the hundredth slowest is the ninetieth of those.
    frozen = [50 + 1_000 * (number + 0.5) / 200 for number in range(200)]
    before = [1_000 + 50 * (number + 0.5) / 10 for number in range(10)]
    waits = sorted([50.0] * 790 + frozen + before)
    assert _truths.true_p90_ms() == pytest.approx(waits[899], abs=6) == pytest.approx(600, abs=6)


def report(
    generator: str, truth: str, p50: float, p90: float, held_ms: float = 50.1
) -> _truths.Report:
    return _truths.Report(
        generator=generator,
        truth=truth,
        quantiles=Quantiles(p50=p50, p90=p90, p99=p90),
        held_ms=held_ms,
    )


EVEN, CLOSED = _truths.EVEN, "waitbench, closed"


def test_ours_is_judged_at_p50_of_the_constant_and_p90_of_the_frozen_target() -> None:
    bare = report(_truths.BARE_NAME, "constant", 50.45, 51)
    near = [report(EVEN, "constant", 50.39, 51), report(EVEN, "frozen", 50, 659)]
    assert [good for good, _ in load.verdicts([bare, *near])] == [True, True]
    far = [report(EVEN, "constant", 50.41, 51), report(EVEN, "frozen", 50, 661)]
    judged = load.verdicts([bare, *far])
    assert [good for good, _ in judged] == [False, False]
    assert judged[0][1].endswith(
        "p50 is +0.31 ms off the target's own (aim: within 0.3 ms; a bare socket: +0.35)"
    )


def test_a_closed_load_and_others_are_shown_and_not_judged() -> None:
    assert load.verdicts([report(CLOSED, "frozen", 50, 51), report("wrk", "frozen", 50, 51)]) == []


def test_the_table_has_a_row_for_each_and_a_dash_where_nothing_was_measured() -> None:
    head, row, other = load.lines(
        [report(EVEN, "constant", 50.2, 51), report("wrk", "frozen", 50, 85)]
    )
    assert head.split("  ")[0] == "generator"
    assert row.split()[-3:] == ["-", "-", "-"]
    assert other.split() == ["wrk", "-", "-", "-", "-", "-", "-", "50.00", "85.00", "85.00"]


def test_requests_that_a_generator_does_not_tell_of_show_beside_what_the_target_had() -> None:
    halved = _truths.Report(
        generator="autocannon",
        truth="constant",
        quantiles=Quantiles(p50=50, p90=51, p99=51, requests=990),
        held_ms=50.1,
        counted=2_010,
    )
    head, row = load.lines([halved])
    assert "requests told  target had" in head
    assert row.split()[2:4] == ["990", "2,010"]


def test_a_generator_that_is_not_here_is_named_with_those_that_are() -> None:
    with pytest.raises(BenchError, match="no generator 'hammer' here; there are waitbench, open"):
        load.main(["--only", "hammer"])


def test_nothing_answered_is_a_failure_and_no_quantile() -> None:
    with pytest.raises(BenchError, match="nothing was answered"):
        _generators.quantiles([])


@pytest.mark.processes
@pytest.mark.parametrize("name", ["waitbench, open, even", "wrk"])
def test_a_real_generator_sees_a_constant_wait(name: str) -> None:
    if name == "wrk" and not shutil.which("wrk"):
        pytest.skip("wrk is not installed")
    bare, first = _truths.measure({"constant": 1.0}, [name])
    assert (bare.generator, first.generator) == (_truths.BARE_NAME, name)
    assert bare.quantiles.p50 >= 49.9
    assert first.quantiles.p50 >= 49.9
    assert min(bare.held_ms, first.held_ms) >= 49.9


@pytest.mark.processes
def test_a_program_that_fails_or_says_nothing_is_told_in_one_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def calls(program: str) -> _generators.Generator:
        return _generators.Generator(command=lambda *_: [program], read=_generators.wrk)

    monkeypatch.setitem(_generators.ALL, "false", calls("false"))
    monkeypatch.setitem(_generators.ALL, "true", calls("true"))
    with pytest.raises(BenchError, match="false failed"):
        _generators.drive("false", "http://127.0.0.1:1", 0.1, 1, 1)
    with pytest.raises(BenchError, match="true reported no latencies"):
        _generators.drive("true", "http://127.0.0.1:1", 0.1, 1, 1)
