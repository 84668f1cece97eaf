"""The tables that a project has for waitbench in its pyproject.toml."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from waitbench.scenario import BenchError

if TYPE_CHECKING:
    from pathlib import Path

NAME = "pyproject.toml"


def table(project: Path, command: str) -> dict[str, Any]:
    """Return `[tool.waitbench.COMMAND]` of a project's folder; empty where there is none.

    Raises:
        BenchError: the file is no TOML, or what must be a table is something else.
    """
    import tomllib  # most folders have no such file

    path = project / NAME
    try:
        text = path.read_text(encoding="utf-8") if path.is_file() else ""
        content: Any = tomllib.loads(text)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as wrong:
        raise BenchError(f"{path} cannot be read: {wrong}") from None
    for key in ("tool", "waitbench", command):
        content = content.get(key, {})
        if not isinstance(content, dict):
            raise BenchError(f"{key} of {path} is {content!r}; it must be a table")
    return dict(content)
