from dataclasses import replace

from rich.text import Text

from waitbench.presentation import grid
from waitbench.presentation.columns import Bounded, Column, estimate_cells
from waitbench.stats.estimates import Estimate

WALLS = Column(
    head="wall",
    unit="ms",
    cells=(
        Bounded(value="52.9", low="52.6", high="53.2"),
        Bounded(value="1,625", low="1,600", high="1,650"),
        "failed",
    ),
)


def test_values_and_intervals_stand_under_each_other() -> None:
    # Both end where the longest does once the column is set to the right.
    assert grid.aligned(WALLS) == ("52.9   [52.6, 53.2]", "1,625 [1,600, 1,650]", "failed")


def test_a_cell_is_not_aligned_where_it_is_only_text() -> None:
    assert WALLS.texts == ("52.9 [52.6, 53.2]", "1,625 [1,600, 1,650]", "failed")
    assert WALLS.only(2, 0).texts == ("failed", "52.9 [52.6, 53.2]")


def test_a_column_is_as_wide_as_its_aligned_cells_and_the_least_important_goes_first() -> None:
    model = Column(head="model", unit="", cells=("sync", "asyncio", "trio"), left=True)
    extra = Column(head="extra", unit="", cells=("1", "2", "3"), rank=9)
    # A mark and a blank stand before the name of a model.
    assert grid.fitting([[model, WALLS, extra]], 80) == {"model": 9, "wall": 20, "extra": 5}
    assert grid.fitting([[model, WALLS, extra]], 31) == {"model": 9, "wall": 20}


def test_a_drawn_table_has_a_row_for_each_cell() -> None:
    table = grid.drawn([WALLS], {"wall": 20}, lambda text: Text(text.plain))
    assert table.row_count == 3


def test_an_estimate_without_an_interval_is_its_value_alone() -> None:
    bounded = Estimate(
        value=2.0, low=1.5, high=2.5, confidence=0.95, over="launches", count=3, spreads=()
    )
    estimates = [bounded, replace(bounded, value=3.0, low=None, high=None), None]
    cells = estimate_cells(estimates, "{:.1f}".format, ["baseline"] * 3)
    assert cells == (Bounded(value="2.0", low="1.5", high="2.5"), "3.0", "baseline")
