"""A child process of the program that is examined: watches its loops, and leaves a report."""

from __future__ import annotations

import atexit
import os
import pickle
import sys
import threading
import time
from contextlib import ExitStack, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from waitbench.doctor.forks import in_fork
from waitbench.doctor.imports import when_imported
from waitbench.doctor.patches import replaced

if TYPE_CHECKING:
    from collections.abc import Callable

    from waitbench.doctor.findings import Examination
    from waitbench.doctor.process_watch import ProcessWatch

ASKED = "WAITBENCH_DOCTOR"
"""Names the folder for reports to all child processes, and how they are to watch."""
RUNS = {
    "asyncio.base_events": ("BaseEventLoop", "run_forever"),
    "uvloop": ("Loop", "run_forever"),
    "trio": ("", "run"),
}
"""What runs a loop, by its module: a method of a class, or a function."""
EVERY_S = 0.25
"""Between two reports of a process that may be ended at any time."""
MOST_WORDS = 3


class Request(NamedTuple):
    """What child processes are asked for: the threshold of a hold, and the folder for reports.

    `root` is where waitbench is found, `version` the Python that it is for.
    """

    threshold_ms: float
    version: str
    root: str
    folder: str

    def text(self) -> str:
        """Return the request as a value of the environment."""
        return os.pathsep.join((str(self.threshold_ms), self.version, self.root, self.folder))


class ChildReport(NamedTuple):
    """A child process: its name, and what was found in it; None where it could not tell."""

    pid: int
    name: str
    seen: Examination | None


def asked() -> Request | None:
    """Return what this process is asked for; None where nobody asks, or for another Python."""
    parts = os.environ.get(ASKED, "").split(os.pathsep)
    if len(parts) != len(Request._fields) or parts[1] != version():
        return None
    return Request(float(parts[0]), *parts[1:])


def version() -> str:
    """Return this Python's version, by what it reads and writes."""
    return str(sys.implementation.cache_tag)


def await_loops() -> None:
    """Start to watch this process as soon as it runs a loop, if it is asked to."""
    request = asked()
    if request is not None and os.path.isdir(request.folder):  # noqa: PTH112  starts light
        Followed(request).await_loops()


class Followed:
    """This process, as one that another follows."""

    def __init__(self, request: Request) -> None:
        self._request, self._pid = request, os.getpid()
        self._waits, self._instruments, self._forks = ExitStack(), ExitStack(), ExitStack()
        self._watch: ProcessWatch | None = None
        self._begun, self._losses = False, -1
        self._lock = threading.Lock()

    def await_loops(self) -> None:
        """Stand before everything that runs a loop, once its module is imported."""
        replace = self._waits.enter_context(replaced())
        self._forks.enter_context(in_fork(self._forked))

        def imported(module: Any) -> None:
            name, method = RUNS[module.__name__]
            owner = _owner(module, name)
            replace(owner, method, partial(self._first, owner=owner, name=method))

        when_imported(dict.fromkeys(RUNS, imported), replace)

    def _forked(self) -> None:
        """Begin anew in a forked child."""
        self._waits.close()
        self._instruments.pop_all()
        self._watch = None
        await_loops()

    def _first(self, original: Callable[..., Any], owner: Any, name: str) -> Callable[..., Any]:
        def run(*arguments: Any, **options: Any) -> Any:
            if os.getpid() == self._pid:
                self._begin()
            now = getattr(owner, name)
            return (original if now is run else now)(*arguments, **options)

        return run

    def _begin(self) -> None:
        """Watch from now on, and report: at the end, at every way out, and now and then."""
        if self._begun:
            return
        self._begun = True
        from waitbench.doctor.gil_holders import DOCTOR
        from waitbench.doctor.leaving import Leaving
        from waitbench.doctor.process_watch import ProcessWatch

        self._waits.close()
        self._write(None)
        self._watch = ProcessWatch(self._request.threshold_ms)
        self._instruments.enter_context(self._watch.on())
        replace = self._instruments.enter_context(replaced())
        Leaving(self._leave).watch(replace)
        for module, (name, method) in RUNS.items():
            if module in sys.modules:
                replace(_owner(sys.modules[module], name), method, self._reporting)
        atexit.register(self._end)
        if multiprocessing := sys.modules.get("multiprocessing.util"):
            multiprocessing.Finalize(None, self._end, exitpriority=0)
        threading.Thread(target=self._report_on, name=DOCTOR, daemon=True).start()

    def _reporting(self, original: Callable[..., Any]) -> Callable[..., Any]:
        """Report after each run: the process may be ended at once."""

        def run(*arguments: Any, **options: Any) -> Any:
            try:
                return original(*arguments, **options)
            finally:
                if self._watch and self._watch.losses != self._losses:
                    self._report(self._watch)

        return run

    def _report_on(self) -> None:
        while os.getpid() == self._pid and os.path.isdir(self._request.folder):  # noqa: PTH112
            time.sleep(EVERY_S)
            if self._watch and self._watch.losses != self._losses:
                self._report(self._watch)

    def _report(self, watch: ProcessWatch) -> None:
        self._losses = watch.losses
        with suppress(Exception):  # it changed meanwhile: the next report has it
            self._write(watch.examination())

    def _leave(self, ending: object) -> None:
        """Report before a way out that runs nothing after it."""
        del ending
        if self._watch is not None:
            self._watch.cut_short()
            self._report(self._watch)

    def _end(self) -> None:
        """Report for the last time, as this process comes to its end."""
        watch, self._watch = self._watch, None
        if watch is not None and os.getpid() == self._pid:
            self._instruments.close()
            self._report(watch)

    def _write(self, seen: Examination | None) -> None:
        path = Path(self._request.folder, f"{self._pid}.report")
        draft = path.with_suffix(f".{threading.get_ident()}")
        with self._lock, suppress(OSError):
            draft.write_bytes(pickle.dumps((_name(), seen)))
            draft.replace(path)


def _owner(module: Any, name: str) -> Any:
    return getattr(module, name) if name else module


def _name() -> str:
    """Return what this process is called: by multiprocessing, or by its command line."""
    process = sys.modules.get("multiprocessing.process")
    name: str = process.current_process().name if process else "MainProcess"
    if name != "MainProcess":
        return name
    words = sys.argv[:MOST_WORDS]
    return " ".join([Path(words[0]).name, *words[1:]]) if words else str(os.getpid())


def reports(folder: Path) -> list[ChildReport]:
    """Return what child processes have left in a folder."""
    left = []
    for path in sorted(folder.glob("*.report")):
        name, seen = pickle.loads(path.read_bytes())  # noqa: S301  ours, in a folder of our own
        left.append(ChildReport(int(path.stem), name, seen))
    return left
