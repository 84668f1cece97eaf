"""The plugin of a session: finds a project's benchmarks, runs each on orders, says how it went."""

from __future__ import annotations

import functools
import inspect
import os
import sys
from typing import TYPE_CHECKING, Any

import pytest

from . import quiet
from .desk import PROTOCOL
from .fixture import Benchmark
from .heap import Heap
from .items import MARKERS, Sibling, awaiting, is_benchmark, place, taken_away, uses_fixture
from .modules import from_elsewhere
from .outcomes import outcome, reason
from .stand_ins import Fixtures
from .timed import Timed
from .turn import Turn

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from .desk import Desk

WORD = b"benchmark"
"""What a file, or a conftest.py above it, has in it if it has a benchmark."""


class Suite:
    """Hooks of pytest.

    Args:
        desk: where orders come from.
        nodes: tests that are going to be ordered; none to look for all benchmarks.
        choosing: whether the options that choose tests were given for this gate.
    """

    def __init__(self, desk: Desk, nodes: list[str], *, choosing: bool) -> None:
        self._desk, self._nodes, self._choosing = desk, nodes, choosing
        self._items: dict[str, pytest.Item] = {}
        self._left_out: dict[str, str] = {}
        self._broken: dict[str, str] = {}
        self._quieted: list[str] = []
        self._speaking: dict[Path, bool] = {}
        self._wanted: set[Path] = set()
        self._last: pytest.Item | None = None
        self._heap = Heap()
        self._turn = Turn(desk=desk, heap=self._heap, node="", trial=True)
        self.served = False

    # What other plugins would do.

    @pytest.hookimpl(hookwrapper=True)
    def pytest_load_initial_conftests(self, early_config: pytest.Config) -> Generator[None]:
        """Come before pytest-cov."""
        quiet.without_coverage(early_config)
        yield

    @pytest.hookimpl(tryfirst=True)
    def pytest_cmdline_main(self, config: pytest.Config) -> None:
        """Come before plugins look at their options."""
        self._quieted += quiet.before_configuring(config)
        if not self._choosing:
            config.option.markexpr = config.option.keyword = ""

    @pytest.hookimpl(trylast=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        """Come after plugins have understood their options."""
        for marker in MARKERS:
            config.addinivalue_line("markers", f"{marker}: what a race of the gate times")
        self._quieted += quiet.after_configuring(config)

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection(self, session: pytest.Session) -> None:
        """Put our fixture behind those of all plugins, which pytest has read by now."""
        session.config.pluginmanager.register(Fixtures(self.this_turn), "waitbench-fixtures")

    # Which tests there are.

    @pytest.hookimpl(tryfirst=True)
    def pytest_ignore_collect(self, collection_path: Path, config: pytest.Config) -> bool | None:
        """Pass over files that have no benchmark, or none that will be ordered."""
        if self._nodes:
            if not self._wanted:
                modules = {config.rootpath / node.split("::")[0] for node in self._nodes}
                self._wanted = {place for file in modules for place in (file, *file.parents)}
            kept = collection_path in self._wanted or collection_path.name == "__init__.py"
            return None if kept else True
        if collection_path.suffix != ".py" or collection_path.name == "__init__.py":
            return None
        folders = [
            folder
            for folder in collection_path.parents
            if config.rootpath in (folder, *folder.parents)
        ]
        files = [collection_path, *(folder / "conftest.py" for folder in folders)]
        return None if any(map(self._speaks, files)) else True

    def _speaks(self, file: Path) -> bool:
        """Whether a file has the word in it."""
        if file not in self._speaking:
            self._speaking[file] = file.is_file() and WORD in file.read_bytes()
        return self._speaking[file]

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Note what cannot be collected, and modules that skip themselves."""
        if report.failed:
            self._broken[report.nodeid] = reason(report)
        elif report.skipped and report.nodeid:
            self._left_out[report.nodeid] = reason(report)

    @pytest.hookimpl(hookwrapper=True, tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> Generator[None]:
        """Note the benchmarks among all tests, and which of them the project takes out."""
        there = {item.nodeid: item for item in items if is_benchmark(item)}
        yield
        kept = {item.nodeid for item in items}
        self._items = {node: item for node, item in there.items() if node in kept}
        self._left_out |= {
            node: "the project's own options or conftest.py take it out"
            for node in there
            if node not in kept
        }

    # On orders.

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Greet, then run the tests that are ordered."""
        self.served = True
        self._heap.settle()
        self._desk.answer(
            {
                "hello": PROTOCOL,
                "python": ".".join(map(str, sys.version_info[:3])),
                "pid": os.getpid(),
                "rootdir": str(session.config.rootpath),
                "tests": {node: place(item) for node, item in self._items.items()},
                "left_out": self._left_out,
                "broken": self._broken,
                "quieted": sorted(set(self._quieted) - set(quiet.SPEAKS_OF_ITSELF)),
            }
        )
        while not self._desk.over():
            order = self._desk.order()
            if order["op"] != "exit":
                self._desk.answer(self._carried_out(session, order))
        return True

    def _carried_out(self, session: pytest.Session, order: dict[str, Any]) -> dict[str, Any]:
        if order["op"] == "modules":
            return dict(from_elsewhere(order["top"], order["away"]))
        if order["op"] not in {"open", "try"}:
            return {"failure": f"nothing is open that could {order['op']}"}
        params = order["params"]
        item = self._items.get(params["node"])
        if item is None:
            where = params["node"].split("::")[0]
            why = self._left_out.get(params["node"]) or self._broken.get(where)
            return {"failure": why or "there is no test of that name any more"}
        self._turn = turn = Turn(
            desk=self._desk,
            heap=self._heap,
            node=item.nodeid,
            trial=order["op"] == "try",
            calls=int(params.get("calls", 1)),
        )
        self._run(session, item)
        failed, skipped = outcome(turn, taken_away(item) if turn.unused else None)
        if turn.trial:
            return {**turn.tried, "failed": failed, "skipped": skipped}
        if turn.opened:
            return {"wrong": failed} if failed else {}
        return {"failure": failed or skipped or "it was not timed"}

    def _run(self, session: pytest.Session, item: pytest.Item) -> None:
        """Run one test whole; what it shares with others of its class or module lives on."""
        if self._last is not None:
            session._setupstate.teardown_exact(item)  # noqa: SLF001 - the next test is known only now
        self._last = item
        try:
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=Sibling(item))
        except (pytest.exit.Exception, KeyboardInterrupt, SystemExit) as end:
            self._turn.ended = f"it ends the whole session: {type(end).__name__}: {end}"

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep what becomes of each phase."""
        self._turn.reports.append(report)

    @pytest.hookimpl(hookwrapper=True, tryfirst=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None]:
        """Time a marked test as a whole where it takes no fixture; await what a test forgets to."""
        if not uses_fixture(item):
            item.runtest = functools.partial(self._whole, item, item.runtest)  # type: ignore[method-assign]
            try:
                yield
            finally:
                del item.runtest
        elif inspect.iscoroutinefunction(getattr(item, "obj", None)):
            own = item.obj  # type: ignore[attr-defined]
            item.obj = awaiting(own, item)  # type: ignore[attr-defined]
            try:
                yield
            finally:
                item.obj = own  # type: ignore[attr-defined]
        else:
            yield

    def _whole(self, item: pytest.Item, runtest: Any) -> None:
        """Time the body of a test, its fixtures made."""
        function = getattr(item, "obj", None)
        plain = isinstance(item, pytest.Function) and type(item).runtest is pytest.Function.runtest
        if (
            plain
            and not inspect.iscoroutinefunction(function)
            and not hasattr(function, "hypothesis")
        ):
            names = item._fixtureinfo.argnames  # type: ignore[attr-defined] # noqa: SLF001
            given = {name: item.funcargs[name] for name in names}  # type: ignore[attr-defined]
            timed = Timed(function=function, kwargs=given)  # type: ignore[arg-type]
        else:
            timed = Timed(function=runtest)
        Benchmark(self._turn, item).serve(timed)

    def this_turn(self) -> Turn:
        """Return that of the test that runs."""
        return self._turn
