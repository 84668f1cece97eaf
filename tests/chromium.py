"""The system's Chromium, driven headless and offline; it is not the project's to download."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--no-sandbox",  # root may not use it, as in most containers
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
)


def executable() -> str | None:
    """Find it on the search path."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def unavailable() -> str | None:
    """Return in one line why no page can be opened here; None if it can."""
    return None if executable() else "needs Chromium: apt install chromium, dnf install chromium"


@contextmanager
def browser(*flags: str) -> Iterator[Browser]:
    """Start it for the length of a `with` block, with more flags if some are given."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=executable(), args=[*FLAGS, *flags])
        try:
            yield started
        finally:
            started.close()
