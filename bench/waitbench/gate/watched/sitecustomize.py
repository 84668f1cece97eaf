"""Notes each file that a Python process reads or imports; Python itself imports this at its start.

The folder of this file is put first on PYTHONPATH, and WAITBENCH_OPENED names the file of notes.
Children note what they read, too. A `sitecustomize` of somebody else's comes after this one.
"""

import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))  # noqa: PTH100, PTH120 - it is to be light
NOTES = "WAITBENCH_OPENED"
READ = {"open": 0, "import": 1, "sqlite3.connect": 0}
"""Which argument of an event is the file."""


def watch(notes: str) -> None:
    """Note from now on each file once, with this process's number first."""
    seen: set[str] = set()
    busy: list[bool] = []

    def write(text: str) -> None:
        busy.append(True)
        try:
            number = os.open(notes, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            try:
                os.write(number, os.fsencode(text) + b"\0")
            finally:
                os.close(number)
        except OSError:
            pass
        finally:
            busy.pop()

    def note(event: str, arguments: tuple[object, ...]) -> None:
        at = READ.get(event)
        if at is None or busy:
            return
        path = arguments[at]
        if isinstance(path, bytes | os.PathLike):
            path = os.fsdecode(path)
        if not isinstance(path, str) or path in seen or _written(event, arguments):
            return
        seen.add(path)
        write(os.path.abspath(path))  # noqa: PTH100

    write(f"{os.getpid()}")
    sys.addaudithook(note)


def _written(event: str, arguments: tuple[object, ...]) -> bool:
    """Whether a file is opened to be written anew, and so tells nothing of what it held."""
    if event != "open":
        return False
    mode, flags = arguments[1:]
    if isinstance(mode, str):
        return mode[:1] in {"w", "x"}
    return isinstance(flags, int) and flags & os.O_ACCMODE == os.O_WRONLY


def follow() -> None:
    """Import the `sitecustomize` that would have been the first."""
    ours = sys.modules.pop("sitecustomize")
    try:
        __import__("sitecustomize")
    except ModuleNotFoundError as missing:
        if missing.name != "sitecustomize":
            raise
    finally:
        sys.modules.setdefault("sitecustomize", ours)


sys.path[:] = [path for path in sys.path if os.path.abspath(path) != HERE]  # noqa: PTH100
if NOTES in os.environ:
    watch(os.environ[NOTES])
follow()
