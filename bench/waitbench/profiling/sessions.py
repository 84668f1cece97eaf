"""A profile as pyinstrument's session, and its texts: for pyinstrument, speedscope, a browser."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

from pyinstrument import renderers
from pyinstrument.session import Session

from waitbench import formatting
from waitbench.did_you_mean import instead
from waitbench.profiling.hot_functions import HARNESS
from waitbench.profiling.own_files import OURS
from waitbench.scenario import BenchError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from waitbench.profiling.profile import Profile

INTERVAL_S = 0.001
NOWHERE = "\x00\x000"
"""Where the profiler was started: its stack would be cut off a text, and here nothing is."""
OUTER = ("<thread>", f"\x00{OURS}profiling/")
"""Frames up to the last of these only start what is watched."""


def session(profile: Profile) -> Session:
    """Return a session of the working lanes of a profile, one behind the other.

    Seconds are those of all rounds and all lanes: four threads that wait a second make four. What
    started a lane is left out, so that the lanes' stacks lie upon each other.
    """
    records = [
        (inside, ns / 1e9)
        for lane in profile.working
        for stack, ns in lane.stacks.items()
        if (inside := _inside(stack))
    ]
    return Session(
        frame_records=records,
        start_time=time.time(),
        duration=sum(seconds for _, seconds in records),
        min_interval=INTERVAL_S,
        max_interval=INTERVAL_S,
        sample_count=len(records),
        start_call_stack=[NOWHERE],
        target_description=f"{profile.model} in {profile.scenario}, "
        f""
        f"{formatting.count(profile.rounds, 'round')} of "
        f"{formatting.count(profile.tasks, 'task')}, "
        f"{formatting.count(len(profile.working), 'lane')}",
        cpu_time=(profile.cpu_ns or 0) / 1e9,
        sys_path=[],
        sys_prefixes=Session.current_sys_prefixes(),
    )


def _inside(stack: tuple[str, ...]) -> list[str]:
    """Return of a stack what the model did; nothing of the harness at the edge of a round."""
    outer = [
        place for place, identifier in enumerate(stack) if any(part in identifier for part in OUTER)
    ]
    inside = stack[outer[-1] + 1 :] if outer else stack
    return [] if inside and HARNESS in inside[0] else list(inside)


def written(profile: Profile, form: str) -> str:
    """Return a profile's text in one of the formats.

    Raises:
        BenchError: there is no such format.
    """
    drawn: Mapping[str, Callable[[Session], str]] = {
        "text": lambda whole: renderers.ConsoleRenderer(unicode=True, color=False).render(whole),
        "html": lambda whole: renderers.HTMLRenderer().render(whole),
        "speedscope": lambda whole: renderers.SpeedscopeRenderer().render(whole),
        "json": lambda whole: json.dumps(whole.to_json()),
    }
    if form not in drawn:
        raise BenchError(f"there is no format {form!r}; {instead(form, drawn)}")
    return drawn[form](session(profile))
