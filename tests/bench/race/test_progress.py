"""What is shown of a race while it is on: facts, not whole sentences."""

from io import StringIO

from tests.bench.race.test_scheduling import SLEEPS, world
from waitbench.race import progress
from waitbench.race.conductor import Settings, conduct
from waitbench.race.events import Event, Incident, ScenarioBegun
from waitbench.scenario import Contestant


class Terminal(StringIO):
    """Something that says that it can move its cursor."""

    def isatty(self) -> bool:
        return True


def shown(stream: StringIO) -> list[str]:
    """Lines of a race with two launches; before the second something goes wrong."""
    there = world(sync=20, threads=10)
    watch = progress.observer(stream)

    def observe(event: Event) -> None:
        watch(event)
        if isinstance(event, ScenarioBegun) and event.launch == 1:
            watch(Incident(sentence="the target was started again"))

    lineup = [(SLEEPS, [Contestant.of("sync"), Contestant.of("threads")])]
    conduct(lineup, Settings(launches=2, budget_s=4), observe, instruments=there.instruments())
    return stream.getvalue().splitlines()


def test_without_a_terminal_each_launch_of_a_scenario_has_a_line_when_it_is_over() -> None:
    opening, first, incident, second, ending = shown(StringIO())
    assert "1 scenario in 2 launches, about 4 seconds" in opening
    assert first.startswith("launch 1/2  1/1 a: sync 200 ms, threads 2.00x")
    assert incident == "the target was started again"
    assert second.startswith("launch 2/2  1/1 a: ")
    assert ending.startswith("measured ")
    assert ending.endswith(" rounds")


def test_on_a_terminal_only_what_is_said_for_good_is_left() -> None:
    left = "\n".join(shown(Terminal()))
    assert "1 scenario in 2 launches" in left
    assert "the target was started again" in left
    assert "s left" in left  # drawn, and then erased
    assert "measured " in left
