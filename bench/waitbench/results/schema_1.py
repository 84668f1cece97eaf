"""Records of schema 1, as they were saved until November 2026, in; the same in the present form.

Then a round's phases were `parts` with `hold`, `late` and `after` among them, the run queue's delay
was `delay_ns`, the workload's metrics were `seen`; and what a server did under load was a round,
whose `wall_ns` held the mean time of a request or, as nanoseconds a request, a rate.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

ROUND = {"parts": "phases", "seen": "metrics", "delay_ns": "run_queue_ns"}
PHASE = {"hold": "asked", "late": "injection_error", "after": "post_processing"}
LOAD = {"seen": "metrics", "cpu_ns": "cpu_per_request_ns", "limit": "generator_limited"}
STEP = {"held": "sustained", "limited": "generator_limited"}
METRIC = {"held_per_s": "sustained_per_s"}
SERVED = "serve"


def upgraded(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return a contestant's record with the names of the present schema.

    Raises:
        KeyError, TypeError, AttributeError: it is damaged.
    """
    renamed = _renamed(record, {"entrant": "contestant"})
    if record["scenario"]["workload"] != SERVED:
        return {**renamed, "rounds": [_round(each) for each in record["rounds"]]}
    params = record["scenario"]["params"]
    if params["work"] != "wait":  # only waiting is latency
        params = _renamed(params, {"latency": "work_time"})
    return {
        **renamed,
        "scenario": {**record["scenario"], "params": params},
        "rounds": [],
        "loads": [_load(each, params["load"]) for each in record["rounds"]],
    }


def _round(form: Mapping[str, Any]) -> dict[str, Any]:
    phases = _renamed(form.get("parts") or {}, PHASE)
    return {**_renamed(form, ROUND), "phases": phases, "metrics": form.get("seen") or {}}


def _load(form: Mapping[str, Any], load: str) -> dict[str, Any]:
    time_ns = form["wall_ns"]
    per_s = 1e9 / time_ns if time_ns else None
    figure = (
        {"mean_latency_ns": time_ns}
        if load.endswith("x")
        else {"throughput_per_s": per_s}
        if load.endswith(" users")
        else {"knee_per_s": per_s}
    )
    return {
        **_renamed(form, LOAD),
        **figure,
        "metrics": _renamed(form.get("seen") or {}, METRIC),
        "steps": [_renamed(step, STEP) for step in form.get("steps") or ()],
    }


def _renamed(form: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    return {names.get(name, name): value for name, value in form.items()}
