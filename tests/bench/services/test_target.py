"""The target's process: the real server where it is well, small made-up ones where it is not."""

import contextlib
import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from waitbench.scenario import BenchError
from waitbench.services import target as target_module
from waitbench.services.target import ForeignResetError, Target, TargetGoneError
from waitbench.services.target_stats import round_stats
from waitbench.system import checkout
from waitbench.system.procfs import descendants

pytestmark = pytest.mark.processes

READY = """
import http.server, json, os, sys
from urllib.parse import unquote_plus
class Answers(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    label = ""
    def do_POST(self):
        body = json.dumps({"label": Answers.label, "path": self.path, "pid": os.getpid()}).encode()
        Answers.label = unquote_plus(self.path.partition("=")[2])
        self.send_response(STATUS)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = CLOSES
    def log_message(self, *args):
        pass
server = http.server.HTTPServer(("127.0.0.1", 0), Answers)
def ready():
    print(json.dumps({"event": "ready", "url": "http://127.0.0.1:%d/" % server.server_port}),
          flush=True)
"""
SERVES = "STATUS, CLOSES = 200, False\n" + READY


@pytest.fixture
def made_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where a `server` of the test's own making is put: write its `__main__.py`."""
    monkeypatch.setattr(checkout, "SERVER_PACKAGES", tmp_path)
    (tmp_path / "waitbench_server").mkdir()
    (tmp_path / "waitbench_server" / "__init__.py").touch()
    return tmp_path / "waitbench_server" / "__main__.py"


def gone(pid: int) -> bool:
    """Whether a process has ended, within a generous while."""
    for _ in range(500):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.01)
    return False


def test_it_serves_until_the_block_ends_and_leaves_nothing() -> None:
    with Target("--latency", "1ms", "--seed", "7") as target:
        assert target.alive
        assert target.url.startswith("http://127.0.0.1:")
        assert target.ready["seed"] == 7
        with urllib.request.urlopen(f"{target.url}/health", timeout=10) as answer:
            assert answer.status == 200
        pid = target.pid
    assert gone(pid)
    assert not target.alive


def test_each_reset_gives_the_period_that_ended() -> None:
    with Target("--latency", "2ms") as target:
        target.reset("first round")
        for _ in range(3):
            urllib.request.urlopen(target.url, timeout=10).close()
        first = target.reset("second & last")
        second = target.reset("")
    assert (first["label"], first["requests"]) == ("first round", 3)
    assert (second["label"], second["requests"]) == ("second & last", 0)
    health = round_stats(first)
    assert health["requests"] == 3
    assert health["asked_p50_ns"] == pytest.approx(2_000_000, rel=0.02)
    assert health["early"] == 0


def test_a_period_that_somebody_else_ended_is_no_figure_of_ours() -> None:
    with Target() as target:
        target.reset("ours")
        urllib.request.urlopen(f"{target.url}/reset?label=theirs", data=b"", timeout=10).close()
        with pytest.raises(ForeignResetError, match=r"'theirs' in the place of 'ours'"):
            target.reset("next")
        assert target.reset("last")["label"] == "next"


def test_parameters_are_checked_by_the_target_without_a_request() -> None:
    with Target() as target:
        target.check(latency="uniform(10ms,90ms)")
        with pytest.raises(BenchError, match=r"latency: 'abc' is not a duration.*allowed: 50ms;"):
            target.check(latency="abc")
        assert target.reset("")["requests"] == 0


def test_a_killed_target_is_named_with_its_signal() -> None:
    with Target("--latency", "1ms") as target:
        target.reset("before")
        os.kill(target.pid, signal.SIGKILL)
        with pytest.raises(TargetGoneError, match=r"died in mid-run: it was killed by SIGKILL"):
            target.reset("after")
        assert not target.alive


def test_what_it_refuses_is_said_in_its_own_words() -> None:
    with pytest.raises(
        BenchError, match=r"did not start: it exited with status 2.*latency"
    ) as caught:
        Target("--latency", "abc").__enter__()
    assert "\n" not in str(caught.value)


def test_it_does_not_outlive_a_mistake_inside_the_block() -> None:
    pid = 0
    with contextlib.suppress(ZeroDivisionError), Target("--latency", "1ms") as target:
        pid = target.pid
        raise ZeroDivisionError
    assert gone(pid)


def test_it_does_not_outlive_a_parent_that_was_killed() -> None:
    code = """
import time
from waitbench.services.target import Target
with Target("--latency", "1ms", "--workers", "2") as target:
    print(target.pid, flush=True)
    time.sleep(60)
"""
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        family = [pid, *descendants(pid)]
        parent.kill()
    assert all(map(gone, family))


def test_a_server_module_in_the_users_folder_does_not_stand_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "server.py").write_text("raise SystemExit('the wrong one')")
    monkeypatch.chdir(tmp_path)
    with Target("--latency", "1ms") as target:
        assert target.alive


def test_a_target_that_says_nothing_is_given_up(made_up: Path) -> None:
    made_up.write_text("import time; time.sleep(60)")
    with pytest.raises(BenchError, match=r"said nothing within 0\.3 s; .*waitbench serve"):
        Target(ready_within_s=0.3).__enter__()


@pytest.mark.parametrize("line", ["hello", "{}", "[1]", '{"event": "re'])
def test_a_first_line_that_is_no_ready_line_is_shown(made_up: Path, line: str) -> None:
    made_up.write_text(f"import time; print({line!r}, flush=True); time.sleep(60)")
    with pytest.raises(BenchError, match="is no ready line"):
        Target().__enter__()


def test_the_last_line_it_wrote_is_quoted(made_up: Path) -> None:
    made_up.write_text(
        "import sys; sys.stderr.write('x\\n' * 99999 + 'no port\\n\\n'); sys.exit(3)"
    )
    with pytest.raises(BenchError, match="exited with status 3: no port; to watch it"):
        Target().__enter__()


def test_proxies_of_the_environment_are_not_asked(
    made_up: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    made_up.write_text(SERVES + "ready(); server.serve_forever()")
    with Target() as target:
        assert target.reset("a b/ü")["path"] == "/reset?label=a+b%2F%C3%BC"
        assert target.reset("")["label"] == "a b/ü"


def test_one_connection_is_kept_and_opened_anew_when_it_was_closed(made_up: Path) -> None:
    made_up.write_text("STATUS, CLOSES = 200, True\n" + READY + "ready(); server.serve_forever()")
    with Target() as target:
        for _ in range(3):
            assert target.reset("again")["pid"] == target.pid


def test_a_target_that_lives_but_hangs_up_is_told_apart_from_a_dead_one(made_up: Path) -> None:
    made_up.write_text(SERVES + "server.finish_request = lambda *_: None\n"
                       "ready(); server.serve_forever()")  # fmt: skip
    with Target() as target, pytest.raises(TargetGoneError, match="runs but does not answer"):
        target.reset("x")


def test_a_silent_target_is_given_up(made_up: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(target_module, "ANSWER_WITHIN_S", 0.2)
    made_up.write_text(SERVES + "import time; ready(); time.sleep(60)")
    with Target() as target, pytest.raises(TargetGoneError, match=r"not answer within 0\.2 s"):
        target.reset("x")


def test_a_refusal_to_reset_is_passed_on(made_up: Path) -> None:
    made_up.write_text("STATUS, CLOSES = 503, False\n" + READY + "ready(); server.serve_forever()")
    with Target() as target, pytest.raises(TargetGoneError, match="status 503"):
        target.reset("x")


def test_one_that_ignores_sigterm_is_killed_with_its_children(
    made_up: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(target_module, "STOP_WITHIN_S", 0.2)
    made_up.write_text(
        SERVES + "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "child = os.fork()\nif child: print(json.dumps({'url': 'x', 'child': child}), flush=True)\n"
        "import time; time.sleep(60)"
    )
    with Target() as target:
        pids = (target.pid, target.ready["child"])
    assert all(map(gone, pids))


def test_debugging_meant_for_the_user_does_not_slow_the_target(
    made_up: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONASYNCIODEBUG", "1")
    monkeypatch.setenv("PYTHONDEVMODE", "1")
    made_up.write_text(
        "import json, os, sys, time\nprint(json.dumps({'url': '', 'dev': sys.flags.dev_mode, "
        "'debug': os.environ.get('PYTHONASYNCIODEBUG')}), flush=True); time.sleep(60)"
    )
    with Target() as target:
        assert (target.ready["dev"], target.ready["debug"]) == (False, None)


def test_outside_its_block_it_says_how_to_use_it() -> None:
    target = Target()
    target.stop()
    with pytest.raises(BenchError, match="inside `with Target"):
        target.reset("x")
    with pytest.raises(BenchError, match="inside `with Target"), contextlib.ExitStack():
        target.pid  # noqa: B018  # reading it is the act


def test_health_is_flat_and_whole_numbered() -> None:
    stats = {
        "label": "r1",
        "requests": 32,
        "wall_ns": 5,
        "cpu_ns": 9_000_000,
        "injection_error_ns": {"p50": 80_000.4, "p99": 300_000, "early": 0},
        "asked_ns": {"p50": 50_000_000, "mean": 50_100_000},
        "queue_ns": {"p99": 7},
        "in_flight": {"now": 0, "max": 31},
        "connections": {"now": 32, "max": 32, "opened": 33},
        "loop_lag_ns": {"p99": 11},
        "gc": {"pause_ns": 0},
    }
    assert round_stats(stats) == {
        "requests": 32,
        "asked_p50_ns": 50_000_000,
        "asked_mean_ns": 50_100_000,
        "error_p50_ns": 80_000,
        "error_p99_ns": 300_000,
        "early": 0,
        "queue_p99_ns": 7,
        "in_flight_max": 31,
        "connections_max": 32,
        "connections_opened": 33,
        "cpu_ns": 9_000_000,
        "loop_lag_p99_ns": 11,
        "gc_pause_ns": 0,
        "wall_ns": 5,
    }


def test_what_the_target_did_not_say_is_none() -> None:
    health = round_stats({"requests": 0, "asked_ns": {"p50": None}, "in_flight": 3})
    assert health["requests"] == 0
    assert {value for figure, value in health.items() if figure != "requests"} == {None}
