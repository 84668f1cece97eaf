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


def test_the_time_that_is_left_only_counts_down() -> None:
    clock = [0.0]
    left = progress.TimeLeft(100, lambda: clock[0])
    told = []
    # The first half of the work takes 80 s, the other half 10 s.
    for clock[0], done in ((0, 0.0), (5, 0.05), (16, 0.1), (80, 0.5), (81, 0.55), (90, 1.0)):
        told.append(left.seconds(done))
    assert told[:2] == [100, 95]
    assert told[2] == 95  # 144 s by the work, and a budget of 84 s: it does not rise
    assert told[3] == 80
    assert told == sorted(told, reverse=True)
    assert told[-1] == 0


def test_how_precise_it_is_is_told_from_where_that_says_something() -> None:
    lines = [line for line in shown(StringIO()) if line.startswith("launch")]
    assert all("±" not in line or int(line.split("± ")[1].split(" %")[0]) < 100 for line in lines)
