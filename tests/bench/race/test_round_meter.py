"""What a client's round is told by the target's count stands among what was seen of it."""

from waitbench.race.round_meter import _counted

STATS: dict[str, int | None] = {"connections_opened": 44, "in_flight_max": 64, "requests": 64}


def test_a_client_that_says_its_threads_is_told_what_the_target_counted() -> None:
    assert _counted({"threads": 3.0}, STATS) == {
        "connections_opened": 44.0,
        "requests_at_once": 64.0,
    }


def test_what_the_target_did_not_say_is_left_out() -> None:
    assert _counted({"threads": 3.0}, {**STATS, "in_flight_max": None}) == {
        "connections_opened": 44.0
    }
    assert _counted({"threads": 3.0}, None) == {}


def test_other_workloads_keep_their_own_figures_alone() -> None:
    assert _counted({"gap_p99_ns": 5.0}, STATS) == {}
