from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len
from rich.console import Console

from tests.bench.analysis.test_winner_map import LATE, RESTLESS, cell
from tests.bench.synthetic import summary, whole
from waitbench.report import winner_map


def grid() -> list[dict[str, Any]]:
    """Two waits by two computings at 4 at once: a tie, an open one, one held back, a surprise."""
    tie = {"sync": 176, "threads": 45, "processes": 60, "asyncio": 44}
    full = {"sync": 320, "threads": 172, "processes": 120, "asyncio": 100}
    return [
        *cell(tie),
        *cell(full, steps="100_000", cpu_ms=10),
        *cell({**tie, "asyncio": 27}, wait_ms=40, threads={"walls": RESTLESS}),
        *cell(
            {**full, "processes": 95},
            wait_ms=40,
            steps="100_000",
            cpu_ms=10,
            threads={"stats": LATE},
        ),
    ]


def shown(made: Any, width: int = 80) -> str:
    drawn = winner_map.terminal(made)
    assert drawn is not None
    console = Console(width=width, record=True, file=None, quiet=False, _environ={})
    with console.capture() as captured:
        console.print(drawn)
    return "\n".join(line.rstrip() for line in captured.get().splitlines())


def test_a_run_without_a_map_shows_none(tmp_path: Path) -> None:
    made = summary(tmp_path, *whole())
    assert winner_map.terminal(made) is None
    assert winner_map.markdown(made) == ""


def test_the_map_fits_eighty_columns(tmp_path: Path) -> None:
    text = shown(summary(tmp_path, *grid()))
    head, _, rest = text.partition("=: surely")
    assert head.strip() == (
        "Of 4 cells: sync is enough in 0, threads suffice in 1, asyncio pays in 1, only\n"
        "processes help in 0, 2 open.\n"
        "\n"
        "16 tasks, 4 at once\n"
        "  wait, ms  computes 1.00 ms         computes 10.0 ms     border, ms\n"
        "  ──────────────────────────────────────────────────────────────────\n"
        "  10.0      threads = asyncio 4.00x  asyncio 3.20x        2.50\n"
        "                                     predicted processes\n"
        "  40.0      asyncio 6.52x, threads?  processes 3.37x (!)  10.0"
    )
    assert "it agrees with 3 of 4" in " ".join(rest.split())
    assert "(!): a model failed there or was held back by the target" in rest


@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_no_line_is_wider_than_the_terminal(tmp_path: Path, width: int) -> None:
    text = shown(summary(tmp_path, *grid()), width)
    assert max(map(cell_len, text.splitlines())) <= width


def test_markdown_has_a_table_for_each_concurrency(tmp_path: Path) -> None:
    more = cell({"sync": 176, "asyncio": 20}, at_once=16)
    text = winner_map.markdown(summary(tmp_path, *grid(), *more))
    assert "16 tasks, 4 at once:\n\n| wait, ms | computes 1.00 ms | computes 10.0 ms |" in text
    assert "| 10.0 | threads = asyncio 4.00x | asyncio 3.20x; predicted processes | 2.50 |" in text
    assert "16 tasks, 16 at once:" in text
    assert "| 10.0 | asyncio 8.80x | 0.62 |" in text


def test_names_of_a_results_file_can_only_be_text(tmp_path: Path) -> None:
    evil = "\x1b[2J[red]\u26a0|b<i>@x"
    made = summary(tmp_path, *cell({"sync": 176, evil: 40}))
    assert "\\x1b[2J[red]?|b<i>@x" in shown(made, 120)
    assert shown(made).replace("─", "").isascii()
    assert "\\[red\\]\u26a0\\|b&lt;i\\>@\u200bx" in winner_map.markdown(made)
