"""A contestant's record in the results file: written here and read here, nowhere else.

The names are those of the types; a field of a round, a launch or a turn under load that is at its
default is left out.
"""

from __future__ import annotations

from dataclasses import MISSING, asdict, fields
from statistics import fmean
from typing import TYPE_CHECKING, Any, TypeVar

from waitbench.results.load_step import LoadStep
from waitbench.results.record import ContestantRecord, LaunchRecord, LoadRecord, RoundRecord
from waitbench.scenario import SCHEMA, Contestant, Scenario

if TYPE_CHECKING:
    from collections.abc import Mapping

Record = TypeVar("Record")


def to_json(record: ContestantRecord) -> dict[str, Any]:
    """Return the form of a record that rides in a benchmark's `extra_info`."""
    asked = [each.target.get("asked_mean_ns") for each in record.rounds if each.target]
    means = [mean for mean in asked if mean is not None]
    return {
        "schema": SCHEMA,
        "scenario": {
            "name": record.scenario.name,
            **asdict(record.scenario),
            "waits_ns": round(fmean(means)) if means else record.waits_ns,
            "computes": record.computes,
            "needs_target": bool(asked),
        },
        "model": record.name,
        "contestant": _contestant(record.contestant),
        "width": record.width,
        "opens_anew": record.opens_anew,
        "notes": list(record.notes),
        "failure": record.failure,
        "state": dict(record.state),
        "launches": [_form(each) for each in record.launches],
        "rounds": [_form(each) for each in record.rounds],
        "loads": [
            {**_form(each), "steps": [_form(step) for step in each.steps]} for each in record.loads
        ],
    }


def from_json(form: Mapping[str, Any]) -> ContestantRecord:
    """Read a record of the present schema; what a field it does not know says is left out.

    Raises:
        KeyError, TypeError, ValueError, AttributeError: it is damaged.
    """
    scenario, name = form["scenario"], str(form["model"])
    contestant = {"name": name, "model": name, **(form.get("contestant") or {})}
    params = {**(scenario.get("params") or {}), **(contestant.get("params") or {})}
    loads = [
        {**each, "steps": tuple(_read(LoadStep, step) for step in each.get("steps") or ())}
        for each in form.get("loads") or ()
    ]
    return ContestantRecord(
        # A name that was made by other rules stays as it was.
        scenario=_read(Scenario, {**scenario, "label": str(scenario["name"])}),
        contestant=_read(Contestant, contestant),
        width=form["width"],
        waits_ns=scenario["waits_ns"],
        computes=bool(scenario["computes"]),
        opens_anew=bool(form.get("opens_anew")) or params.get("connection") == "new",
        notes=tuple(map(str, form.get("notes") or ())),
        failure=form.get("failure"),
        state=dict(form.get("state") or {}),
        launches=[
            _read(LaunchRecord, {**each, "warm_ns": tuple(each.get("warm_ns") or ())})
            for each in form["launches"]
        ],
        rounds=[_read(RoundRecord, each) for each in form["rounds"]],
        loads=[_read(LoadRecord, each) for each in loads],
    )


def _contestant(contestant: Contestant) -> dict[str, Any]:
    """Return what it was; how its worker is started is nothing measured."""
    build = contestant.build
    form = {
        name: value
        for name, value in asdict(contestant).items()
        if name not in {"program", "loads"} and (build or name not in {"build", "expects"})
    }
    # Where an interpreter or a folder of packages stands is its owner's business: one is named,
    # and of the other the row's notes say what came from it.
    form["environ"] = {
        name: value for name, value in contestant.environ.items() if name != "PYTHONPATH"
    }
    return {**form, "python": build} if build else form


def _form(record: LaunchRecord | RoundRecord | LoadRecord | LoadStep) -> dict[str, Any]:
    """Return the fields of a record that are not at their default."""
    values = ((name, getattr(record, name), default) for name, default in _DEFAULTS[type(record)])
    return {name: value for name, value, default in values if value != default}


def _read(kind: type[Record], form: Mapping[str, Any]) -> Record:
    return kind(**{name: form[name] for name, _ in _DEFAULTS[kind] if name in form})


_DEFAULTS: dict[type, tuple[tuple[str, Any], ...]] = {
    kind: tuple(
        (each.name, each.default if each.default_factory is MISSING else each.default_factory())
        for each in fields(kind)
    )
    for kind in (LaunchRecord, RoundRecord, LoadRecord, LoadStep, Scenario, Contestant)
}
"""Fields of each record with what they are where nothing is said."""
