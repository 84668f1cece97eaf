"""The steps of action.yml as GitHub runs them, with a stand-in for its HTTP API; GitLab's."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.readme import CHECKOUT
from waitbench.system.checkout import import_path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.bench.gate.projects import Project

pytestmark = pytest.mark.processes

TOKEN = "ghs_SECRET"
STEP = re.compile(r"    - name: (\w[\w ]*)\n(.*?)(?=\n    - |\Z)", re.DOTALL)


class Comments:
    """The comments of pull request 7, and what was asked of them."""

    def __init__(self) -> None:
        self.bodies = {number: f"comment {number}" for number in range(1, 131)}
        self.asked: list[str] = []
        self.refuses = 0
        self.address = ""

    def answer(self, method: str, path: str, body: str | None) -> tuple[int, Any]:
        self.asked.append(f"{method} {path}")
        if self.refuses and method != "GET":
            return self.refuses, {"message": "Resource not accessible by integration"}
        if method == "GET":
            page = int(path.rpartition("=")[2])
            rows = list(self.bodies.items())[(page - 1) * 100 : page * 100]
            return 200, [{"id": number, "body": text} for number, text in rows]
        number = 900 if method == "POST" else int(path.rpartition("/")[2])
        self.bodies[number] = body or ""
        return 200, {"id": number}


@contextmanager
def github() -> Iterator[Comments]:
    """Serve the comments on loopback to whoever has the token."""
    comments = Comments()

    class Api(BaseHTTPRequestHandler):
        def reply(self) -> None:
            length = int(self.headers["Content-Length"] or 0)
            body = json.loads(self.rfile.read(length))["body"] if length else None
            status, document = 401, dict[str, Any]()
            if self.headers["Authorization"] == f"Bearer {TOKEN}":
                status, document = comments.answer(self.command, self.path, body)
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps(document).encode())

        do_GET = do_POST = do_PATCH = reply  # noqa: N815 - the library's names

        def log_message(self, *_: Any) -> None:
            """Print nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Api) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        comments.address = f"http://127.0.0.1:{server.server_port}"
        try:
            yield comments
        finally:
            server.shutdown()
            thread.join()


def step(name: str, place: Path, **given: str) -> subprocess.CompletedProcess[str]:
    """Run one step of action.yml in a folder; what it is given must be what the step hands on."""
    steps = dict(STEP.findall((CHECKOUT / "action.yml").read_text()))
    (line,) = re.findall(r"^ +run: '(.*)'$", steps[name], re.MULTILINE)
    handed = re.findall(r"^        ([A-Z_]+): \$\{\{", steps[name], re.MULTILINE)
    assert [variable for variable in handed if variable not in given] == []
    inherited = {key: text for key, text in os.environ.items() if key[:3] not in {"GIT", "CI"}}
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", line],
        cwd=place,
        env={
            **inherited,
            "PYTHONPATH": import_path(),
            "WAITBENCH_VENV": sys.prefix,
            "GITHUB_ACTION_PATH": str(CHECKOUT),
            **given,
        },
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def runner(tmp_path: Path) -> dict[str, str]:
    """The variables that each step of a job has."""
    (tmp_path / "event.json").write_text('{"pull_request": {"number": 7}}')
    return {
        "RUNNER_TEMP": str(tmp_path),
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md"),
        "GITHUB_OUTPUT": str(tmp_path / "output"),
        "GITHUB_EVENT_PATH": str(tmp_path / "event.json"),
        "GITHUB_REPOSITORY": "me/shop",
        "GITHUB_SERVER_URL": "https://github.example",
        "GITHUB_RUN_ID": "41",
        "GATE_NAME": "gate",
    }


def comment(runner: dict[str, str], api: Comments, token: str = TOKEN) -> str:
    """Run the step that comments; return what it printed."""
    given = {**runner, "GITHUB_API_URL": api.address, "GITHUB_TOKEN": token}
    done = step("comment", CHECKOUT, **given)
    assert done.returncode == 0, done.stderr
    assert TOKEN not in done.stdout + done.stderr
    return done.stdout


def test_a_pull_request_is_gated_from_a_shallow_clone(
    project: Project, tmp_path: Path, runner: dict[str, str]
) -> None:
    project.git("checkout", "-q", "-b", "change")
    project.commit("a change")
    clone = tmp_path / "clone"
    origin = f"file://{project.folder}"
    project.git("clone", "-q", "--depth=1", "--no-single-branch", origin, str(clone))
    arguments = "--budget 6s --allow-undecided --margin 99% --command 'python -c \"print(1)\"'"
    given = {"GATE_BASE": "", "GATE_BEFORE": "", "GATE_PYTHON": sys.executable}
    given |= {"GITHUB_BASE_REF": "main", "GATE_ARGUMENTS": arguments}
    done = step("gate", clone, **runner, **given)
    assert done.returncode == 0, done.stderr
    assert "::notice title=waitbench gate::" in done.stdout
    assert 'python -c "print(1)"' in (tmp_path / "summary.md").read_text()
    assert (tmp_path / "output").read_text() == "status=0\n"
    files = {path.name for path in (tmp_path / "waitbench-gate").iterdir()}
    assert files == {"gate.md", "gate.xml", "gate.json"}
    # A mistake is in the summary and the comment, too, in place of what was true before it.
    done = step("gate", clone, **runner, **{**given, "GATE_ARGUMENTS": "--budget 0"})
    assert done.returncode == 2
    assert "status 2" in (tmp_path / "waitbench-gate/gate.md").read_text()
    assert "--budget 0 is no time" in (tmp_path / "summary.md").read_text()


def test_one_comment_is_made_and_then_kept_up_to_date(
    tmp_path: Path, runner: dict[str, str]
) -> None:
    outcome = tmp_path / "waitbench-gate/gate.md"
    outcome.parent.mkdir()
    with github() as api:
        for text in ("### Nothing is slower.", "### Slower: bench_total."):
            outcome.write_text(f"{text}\n")
            comment(runner, api)
        assert len(api.bodies) == 131
        marker, headline, *rest = api.bodies[900].splitlines()
        assert marker == "<!-- waitbench gate: gate -->"
        assert headline == "### Slower: bench_total."
        assert "https://github.example/me/shop/actions/runs/41" in rest[-1]
        assert [asked.partition("?")[0] for asked in api.asked] == [
            "GET /repos/me/shop/issues/7/comments",
            "GET /repos/me/shop/issues/7/comments",
            "POST /repos/me/shop/issues/7/comments",
            "GET /repos/me/shop/issues/7/comments",
            "GET /repos/me/shop/issues/7/comments",
            "PATCH /repos/me/shop/issues/comments/900",
        ]


def test_what_cannot_comment_says_that_the_summary_has_it(
    tmp_path: Path, runner: dict[str, str]
) -> None:
    outcome = tmp_path / "waitbench-gate/gate.md"
    outcome.parent.mkdir()
    outcome.write_text("### Nothing is slower.\n")
    with github() as api:
        assert "no token to comment with" in comment(runner, api, token="")
        assert api.asked == []
        assert "the token may not comment here (status 401)" in comment(runner, api, token="x")
        api.refuses = 403
        assert "as those of forks may not; the job summary has it all" in comment(runner, api)
        api.refuses = 500
        assert "GitHub answered the comment with status 500" in comment(runner, api)
        away = {**runner, "GITHUB_EVENT_PATH": "/dev/null"}
        assert "of no pull request" in comment(away, api)
    assert "could not be written" in comment(runner, api)  # nobody listens any more


def test_gitlab_s_template_gates_and_writes_its_reports(project: Project, tmp_path: Path) -> None:
    base = project.git("rev-parse", "HEAD")
    project.write("benchmarks.py", "def bench_gone():\n    return 1 / 0\n")
    project.commit("broken")
    (tmp_path / "waitbench/bin").mkdir(parents=True)
    (tmp_path / "waitbench/bin/waitbench").symlink_to(Path(sys.prefix, "bin/waitbench"))
    job = (CHECKOUT / ".gitlab/gate.yml").read_text().partition("\n---\n")[2]
    lines = re.findall(r"^    - (.*)$", job.partition("  script:\n")[2], re.MULTILINE)
    script = "\n".join(line.removeprefix("'").removesuffix("'") for line in lines)
    done = subprocess.run(
        ["bash", "-e", "-c", script.replace("$[[ inputs.arguments ]]", "--budget 6s")],
        cwd=project.folder,
        env={**os.environ, "HOME": str(tmp_path), "CI_MERGE_REQUEST_DIFF_BASE_SHA": base},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2, done.stderr
    (issue,) = json.loads((project.folder / "gate.codequality").read_text())
    assert issue["severity"] == "critical"
    assert issue["description"].startswith("bench_gone: failed; head: ZeroDivisionError")
    assert issue["location"] == {"path": "benchmarks.py", "lines": {"begin": 1}}
    assert "<testsuites" in (project.folder / "gate.xml").read_text()
