"""A trial and its ending as plain facts: what is done to which command, and what was seen then."""

from __future__ import annotations

import signal
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from waitbench.results.foreign_text import plain

if TYPE_CHECKING:
    from collections.abc import Mapping

MISTAKE, STOPPED = 2, 130
REPORTED = frozenset({0, MISTAKE})
"""How a command ends that only shows or writes: it did, or one line says why not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """Signals that a command gets while it is under way.

    Attributes:
        after_s: since its start.
        signals: one after the other.
        whom: part of the command line of the process that gets them; empty for the command itself.
        pause_s: between two of them.
    """

    after_s: float
    signals: tuple[signal.Signals, ...] = (signal.SIGINT,)
    whom: str = ""
    pause_s: float = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One command in one situation.

    Attributes:
        area: of the table.
        words: of the command line, without the program.
        statuses: that are right.
        files: that lie in its folder, by their names there.
        environ: variables that are set, or unset with None.
        limits: of the system (`resource.RLIMIT_…`), soft and hard.
        stop: what breaks it off; None to let it end.
        limit_s: after which it hangs.
        locked: folders that nobody may write into, and no right of root's that goes round that.
        output: where it writes its output, `/dev/full`; empty to have it read.
        fresh: whether a new interpreter is started, instead of a copy of one that is warm.
        older: a file of the trial that stays whole: as it was, or replaced by a whole one.
        kept: a file in which what was measured stands when it was stopped.
        killed: whether it had no chance to take away what it had made.
        repository: whether its folder is a git repository with two commits.
        committed: whether its own files are a commit there, too.
        lines: most lines of complaint beside status 2.
    """

    area: str
    words: tuple[str, ...]
    statuses: frozenset[int] = REPORTED
    files: Mapping[str, bytes] = field(default_factory=dict)
    environ: Mapping[str, str | None] = field(default_factory=dict)
    limits: Mapping[int, int] = field(default_factory=dict)
    stop: Stop | None = None
    limit_s: float = 60.0
    locked: tuple[str, ...] = ()
    output: str = ""
    fresh: bool = False
    older: str = ""
    kept: str = ""
    killed: bool = False
    repository: bool = False
    committed: bool = False
    lines: int = 1

    @property
    def title(self) -> str:
        """What was done, in a line."""
        parts = ["waitbench", *(word if len(word) < 60 else f"{word[:40]}…" for word in self.words)]
        parts += [f"{name}={text}" for name, text in self.environ.items()]
        parts += [f"limit {number}={most}" for number, most in self.limits.items()]
        parts += [f"locked {name}" for name in self.locked]
        parts += [f"> {self.output}"] * bool(self.output)
        if self.stop:
            names = "+".join(each.name for each in self.stop.signals)
            parts.append(f"{names} to {self.stop.whom or 'it'} after {self.stop.after_s:.2f} s")
        return plain(" ".join(parts))


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """What was seen of a trial.

    Attributes:
        status: of the command; negative for the signal that ended it.
        output: that it wrote.
        complaint: what it wrote on stderr.
        took_s: from start to end.
        hung: whether it had to be killed.
        processes: that were left, by their command lines.
        left: files and folders that were left where nothing is to be left.
        made: files of its folder that are new or changed, by name.
    """

    status: int
    output: bytes = b""
    complaint: bytes = b""
    took_s: float = 0.0
    hung: bool = False
    processes: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    made: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A trial with what was wrong with its ending; nothing, if it held."""

    area: str
    title: str
    faults: tuple[str, ...]
    took_s: float
    complaint: str = ""
