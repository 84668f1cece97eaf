"""Pages of HTML that need nothing from anywhere: their templates, style sheet and script."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from waitbench.presentation.theme import DARK, LIGHT
from waitbench.registry import optional

if TYPE_CHECKING:
    from jinja2 import Template
    from markupsafe import Markup

NEEDS = ("jinja2", "vl_convert")
"""What makes pages and their pictures."""
TEMPLATES = Path(__file__).parent / "templates"
COMMAND = re.compile(r"`(waitbench [A-Za-z0-9_,. -]+)`")
"""A command of ours in a sentence of ours: the one thing that may be marked up."""


def check() -> None:
    """Refuse a page before the work for it is done, where what makes pages is not installed.

    Raises:
        BenchError: names it, and what to type.
    """
    optional.need("a page", *NEEDS)


def template(name: str) -> Template:
    """Return the template of a page; it escapes all that is put in.

    Raises:
        BenchError: what makes pages is not installed.
    """
    check()
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["with_commands"] = _with_commands
    return environment.get_template(name)


def style() -> str:
    """Return the style sheet of a page, its palettes included."""
    return _hues() + (TEMPLATES / "page.css").read_text(encoding="utf-8")


def script() -> str:
    """Return the script of a page whose pictures a reader can change."""
    return (TEMPLATES / "page.js").read_text(encoding="utf-8")


def _hues() -> str:
    """Write the palette as a style sheet: light on paper too, whatever the system likes."""
    light, dark = (
        "; ".join(f"--{name}: {colour}" for name, colour in palette.items())
        for palette in (LIGHT, DARK)
    )
    return (
        f":root {{ {light} }}\n"
        f"@media screen and (prefers-color-scheme: dark) {{ :root {{ {dark} }} }}\n"
    )


def _with_commands(sentence: str) -> Markup:
    """Escape a sentence, and set the commands in it as such."""
    from markupsafe import Markup, escape

    return Markup(COMMAND.sub(r"<code>\1</code>", str(escape(sentence))))  # noqa: S704  escaped just now
