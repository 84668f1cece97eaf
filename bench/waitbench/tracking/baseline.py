"""Baselines: what a run found, kept in a small file, and a later run held against it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from waitbench import atomic_file
from waitbench.gate import decision
from waitbench.gate.outcome import Outcome, Result
from waitbench.results.document import bounded
from waitbench.results.foreign_text import plain_document
from waitbench.scenario import BenchError
from waitbench.tracking import machine_identity
from waitbench.tracking import ratios as kept

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from waitbench.analysis.comparison import Summary
    from waitbench.gate.settings import GateSettings
    from waitbench.results.foreign import ForeignRun
    from waitbench.tracking.ratios import KeptFigure, Kind

SCHEMA = 1
MARGIN = 0.10
"""Runs of two days lie further apart than two sides of one race: what matters is larger here."""
AUTO = "auto"
ACROSS: tuple[Kind, ...] = ("speed", "CPU", "efficiency")
METHOD_OF_OTHERS = (
    "medians as another tool has them, held against those of the baseline; intervals of 99 % over "
    "processes, where a file has several"
)
UNKNOWN = (
    "undecided are benchmarks of one process each: by how much two runs of identical code would "
    "differ is not known from such files; `waitbench gate --base REV` races both"
)
METHOD = (
    "figures within a run (speed and CPU over its reference, efficiency) held against those of the "
    "baseline; intervals of 99 % over the launches of both; false alarms in at most 1 % of gates"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """One file of `results/baselines/`.

    Attributes:
        name: of the file, without its suffix.
        machine: what tells machines apart, of the run that it was made from.
        commit: that the run was made on; empty where it is not known.
        date: of the run, as ISO 8601 has it.
        run: name of that run's file.
        rows: figures by `suite/scenario/model` and kind.
    """

    name: str
    machine: Mapping[str, Any]
    commit: str
    date: str
    run: str
    rows: Mapping[str, Mapping[Kind, KeptFigure]]


def made(summary: Summary, *, name: str | None, date: str) -> Baseline:
    """Make a baseline of a run, of whatever tool; by default it is named after its machine.

    Raises:
        BenchError: the run has no figure that could be kept.
    """
    rows, machine = _figures(summary)
    if not rows:
        raise BenchError(f"{summary.path} has no row with an interval to make a baseline of")
    return Baseline(
        name=name or machine_identity.slug(machine),
        machine=machine,
        commit=_commit(summary),
        date=date,
        run=summary.path.name,
        rows=rows,
    )


def _of_others(summary: Summary) -> ForeignRun | None:
    return summary.run.others if summary.run and summary.run.plain else None


def _commit(summary: Summary) -> str:
    others = _of_others(summary)
    return others.commit if others else str(summary.environment.get("commit") or "")


def _figures(summary: Summary) -> tuple[dict[str, dict[Kind, KeptFigure]], dict[str, Any]]:
    """Return what is compared of a run, and what tells its machine."""
    if (others := _of_others(summary)) is not None:
        return kept.figures_of_others(others), machine_identity.of_others(others)
    return kept.figures(summary), machine_identity.described(summary.environment)


def write(folder: Path, baseline: Baseline) -> Path:
    """Write a baseline below a folder, a row a line, so that git shows what changed.

    Raises:
        BenchError: it cannot be written.
    """
    if "/" in baseline.name or baseline.name in {"", ".", ".."}:
        raise BenchError(f"{baseline.name!r} is no name for a baseline: leave out the folders")
    path = folder / f"{baseline.name}.json"
    head = {
        "schema": SCHEMA,
        "machine": dict(baseline.machine),
        "commit": baseline.commit,
        "date": baseline.date,
        "run": baseline.run,
    }
    lines = [
        f"  {json.dumps(name)}: "
        + json.dumps({kind: _rounded(figure) for kind, figure in figures.items()})
        for name, figures in sorted(baseline.rows.items())
    ]
    text = json.dumps(head)[:-1] + ', "rows": {\n' + ",\n".join(lines) + "\n}}\n"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        atomic_file.write(path, text)
    except OSError as refused:
        raise BenchError(f"the baseline could not be written: {refused}") from None
    return path


def read(path: Path) -> Baseline:
    """Read a baseline's file.

    Raises:
        BenchError: there is none, it is damaged, or a newer waitbench wrote it.
    """
    try:
        document = plain_document(json.loads(bounded(path)))
        if document["schema"] > SCHEMA:
            raise BenchError(f"{path} was written by a newer waitbench; update this one")
        rows = {
            str(name): {kind: kept.read(figure) for kind, figure in figures.items()}
            for name, figures in document["rows"].items()
        }
        return Baseline(
            name=path.stem,
            machine=dict(document["machine"]),
            commit=str(document["commit"]),
            date=str(document["date"]),
            run=str(document["run"]),
            rows=rows,
        )
    except FileNotFoundError:
        raise BenchError(
            f"there is no baseline {path}; `waitbench baseline update` makes one"
        ) from None
    except (
        OSError,
        KeyError,
        TypeError,
        ValueError,
        AttributeError,
        ArithmeticError,
        RecursionError,
    ) as wrong:
        raise BenchError(
            f"{path} is no baseline or is damaged ({type(wrong).__name__}: {wrong}); "
            "make it anew: waitbench baseline update"
        ) from None


def find(text: str, folder: Path, summary: Summary) -> Baseline:
    """Return the baseline meant by a path, a name or `auto`: this machine's, else the newest.

    Raises:
        BenchError: there is none.
    """
    stored = sorted(folder.glob("*.json"))
    if text != AUTO:
        from pathlib import Path

        path = Path(text)
        return read(path if path.is_file() else folder / f"{text.removesuffix('.json')}.json")
    own = folder / f"{machine_identity.slug(_figures(summary)[1])}.json"
    if own in stored:
        return read(own)
    if not stored:
        raise BenchError(f"there is no baseline in {folder}; `waitbench baseline update` makes one")
    return max((read(path) for path in stored), key=lambda baseline: baseline.date)


def compare(
    baseline: Baseline,
    summary: Summary,
    settings: GateSettings,
    *,
    only: Callable[[str], bool] = lambda _: True,
) -> Outcome:
    """Compare a run with a baseline: by its ratios, and by wall times on the same machine."""
    now, machine = _figures(summary)
    alike = machine_identity.alike(baseline.machine, machine)
    kinds = (*ACROSS, *kept.ABSOLUTE) if alike else ACROSS
    rows = [name for name in {**now, **baseline.rows} if settings.compares(name) and only(name)]
    pairs = [
        (name, kind)
        for name in rows
        for kind in kinds
        if kind in now.get(name, {}) and kind in baseline.rows.get(name, {})
    ]
    changes = [
        kept.change(baseline.rows[name][kind], now[name][kind], kind) for name, kind in pairs
    ]
    margins = [settings.margin_of(name) for name, _ in pairs]
    look = decision.Look(error=decision.ERROR, same_error=decision.SAME_ALONE)
    decisions = decision.decide(changes, margins, look)
    results = [
        Result(
            name=f"{name} {kind}",
            verdict=decided.verdict,
            margin=margin,
            ratio=ratio,
            pairs=ratio.count,
            more=decided.more,
        )
        for (name, kind), ratio, margin, decided in zip(
            pairs, changes, margins, decisions, strict=True
        )
    ]
    for name in rows:
        if name not in baseline.rows or name not in now:
            verdict: decision.GateVerdict = "new" if name in now else "vanished"
            results.append(Result(name=name, verdict=verdict, margin=settings.margin_of(name)))
    return Outcome(
        base=f"baseline {baseline.name} of {baseline.date[:10]} {baseline.commit[:9]}".rstrip(),
        head=f"run {summary.path.name}",
        results=tuple(results),
        seconds=0.0,
        seed=summary.methods.seed or 0,
        notes=(
            *(() if alike else (_refusal(baseline.machine, machine),)),
            *((UNKNOWN,) if any(ratio.interval is None for ratio in changes) else ()),
        ),
        interrupted=summary.interrupted,
        environment=summary.environment,
        method=METHOD_OF_OTHERS if _of_others(summary) else METHOD,
    )


def _refusal(then: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    differ = [machine_identity.MARKS.get(mark, mark) for mark in now if now[mark] != then.get(mark)]
    return (
        "absolute times are not compared: the baseline is of another machine "
        f"({machine_identity.sentence(then)}; this is {machine_identity.sentence(now)}; different: "
        f"{', '.join(differ)})"
    )


def _rounded(figure: KeptFigure) -> dict[str, Any]:
    return {
        name: round(value, 6) if isinstance(value, float) else value
        for name, value in figure.as_record().items()
    }
