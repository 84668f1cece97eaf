"""A plugin for who starts pytest from inside a program: afterwards it tells what happened."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from waitbench.pytest_plugin.storage import LEFT_OUT, RESCUED, RUN

if TYPE_CHECKING:
    from collections.abc import Generator

    from waitbench.pytest_plugin.storage import Rescue


class Witness:
    """Keeps the session's configuration, and what pytest would have called an error of usage.

    Attributes:
        mistake: what was wrong with what was asked for; empty if nothing was.
    """

    def __init__(self) -> None:
        self.mistake = ""
        self._config: pytest.Config | None = None

    @pytest.hookimpl(wrapper=True)
    def pytest_cmdline_main(self, config: pytest.Config) -> Generator[None, object, object]:
        """Keep a mistake, which pytest would print in a form of its own."""
        self._config = config
        try:
            return (yield)
        except pytest.UsageError as mistake:
            self.mistake = str(mistake)
            return pytest.ExitCode.USAGE_ERROR

    def left_out(self) -> list[str]:
        """Why nothing raced, each reason once; empty if something did or nobody was selected."""
        if self._config is None or RUN in self._config.stash:
            return []
        return list(dict.fromkeys(one["reason"] for one in self._config.stash.get(LEFT_OUT, [])))

    def rescue(self) -> Rescue | None:
        """Where the results went when their place refused them; None if nothing was wrong."""
        return self._config.stash.get(RESCUED, None) if self._config else None
