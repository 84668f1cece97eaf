"""The folder is the registry: a file here reads the results file of one other tool.

Each has `NAME`, which the tool calls itself, `claims(document)`, whether a parsed file is of that
tool, and `read(document)`, which gives its `ForeignRun`.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from waitbench import registry
from waitbench.registry import plugins
from waitbench.scenario import BenchError

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType

    from waitbench.results.foreign import ForeignRun

ROOM = "results/formats"


def recognised(document: Any) -> ModuleType | None:
    """Return the file of this folder whose tool wrote the document; None where none did.

    What is installed beside them is asked last, so that most files are read without a look at it.
    """
    own = (registry.load(ROOM, name) for name in sorted(registry.files(ROOM)))
    file = next((file for file in own if file.claims(document)), None)
    return file or next(filter(None, map(partial(_added, document), plugins.added(ROOM))), None)


def _added(document: Any, name: str) -> ModuleType | None:
    """Return a reader of another package if the document is its; what fails is a line of error."""
    try:
        file = registry.load(ROOM, name)
        return file if file.claims(document) else None
    except BenchError as broken:
        plugins.complain(str(broken))
    except Exception as fault:  # noqa: BLE001  somebody else's code may fail in any way
        plugins.complain(str(plugins.failed(ROOM, name, fault)))
    return None


def read(file: ModuleType, document: Any, path: Path) -> ForeignRun:
    """Read a document by the file that recognised it, and what lies beside it.

    A file of this folder may have `beside(run, path)`, which adds what the folder tells.

    Raises:
        BenchError: it is a reader of another package, and it failed.
    """
    try:
        run: ForeignRun = file.read(document)
        if hasattr(file, "beside"):
            run = file.beside(run, path)
    except Exception as fault:
        if file.__name__.startswith(__name__):
            raise
        why = plugins.described(fault)
        raise BenchError(f"the reader of {file.NAME} files failed: {why}") from fault
    return run


def names() -> list[str]:
    """Return the names of all tools whose files are known, as a sentence has them."""
    return [str(file.NAME) for file in registry.whole(ROOM).values()]
