"""The count of instructions of a process that runs under valgrind's callgrind, asked from within.

A program asks valgrind by a few instructions that do nothing elsewhere (`valgrind.h`: rotations of
a register that add up to a whole turn, then an exchange of one with itself). They are written into
a page of memory here, so that no compiler is needed.
"""

from __future__ import annotations

import ctypes
import mmap
import platform
import shutil
import subprocess
import sys
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from waitbench.scenario import BenchError

if TYPE_CHECKING:
    from collections.abc import Sequence

INSTALL = "Debian and Ubuntu: apt-get install valgrind"
_REQUEST = bytes.fromhex(
    "4889f8"  # mov rax, rdi: the address of the request
    "4889f2"  # mov rdx, rsi: the answer where nobody hears it
    "48c1c703 48c1c70d 48c1c73d 48c1c733"  # rol rdi by 3, 13, 61 and 51
    "4887db"  # xchg rbx, rbx
    "4889d0 c3"  # mov rax, rdx; ret
)
_RUNNING = 0x1001
_DUMP, _ZERO, _BEGIN = 0x43540000, 0x43540001, 0x43540004
_TOTALS = "totals:"


class Callgrind:
    """Counts what this process does while it runs under callgrind.

    Args:
        file: where callgrind was told to write; a count is read from a file beside it.

    Raises:
        BenchError: this process does not run under valgrind.
    """

    def __init__(self, file: Path) -> None:
        self._page = mmap.mmap(
            -1, mmap.PAGESIZE, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC
        )
        self._page.write(_REQUEST)
        place = ctypes.addressof(ctypes.c_char.from_buffer(self._page))
        self._call = ctypes.PYFUNCTYPE(ctypes.c_uint64, ctypes.c_void_p, ctypes.c_uint64)(place)
        self._requests = {
            number: (ctypes.c_uint64 * 6)(number) for number in (_RUNNING, _DUMP, _ZERO, _BEGIN)
        }
        if not self._ask(_RUNNING):
            raise BenchError(
                f"valgrind does not see into {sys.executable}: it is started by another program, "
                "as by a script; name the interpreter itself"
            )
        self._file, self._dumps, self._begun = file, 0, False

    def start(self) -> None:
        """Begin to count; until the first time nothing was, so that imports are quicker."""
        if not self._begun:
            self._ask(_BEGIN)
            self._begun = True
        self._ask(_ZERO)

    def stop(self) -> int:
        """Return the count of instructions since `start`."""
        self._ask(_DUMP)
        self._dumps += 1
        dump = Path(f"{self._file}.{self._dumps}")
        text = dump.read_text(encoding="utf-8", errors="replace")
        dump.unlink()
        return int(text.rpartition(_TOTALS)[2].split(None, 1)[0])

    def _ask(self, number: int) -> int:
        return int(self._call(ctypes.addressof(self._requests[number]), 0))


def lacking() -> str:
    """Return why nothing can be counted by callgrind here, in a few words; empty where it can."""
    if sys.platform != "linux" or platform.machine() != "x86_64":
        return f"valgrind is asked for counts on Linux and x86-64 alone, and this is {_machine()}"
    return "" if shutil.which("valgrind") else f"valgrind is not installed ({INSTALL})"


def command(file: Path) -> Sequence[str]:
    """Return what stands before a command that is to run under callgrind.

    Its addresses are the same each time, where that is allowed.

    Args:
        file: where counts are written to.
    """
    options = ("--instr-atstart=no", "--dump-line=no", f"--callgrind-out-file={file}")
    return (*still(), "valgrind", "-q", "--tool=callgrind", *options)


@lru_cache(maxsize=1)
def still() -> tuple[str, ...]:
    """Return what stands before a command so that its addresses are not random; may be nothing."""
    words = ("setarch", "-R")
    try:
        done = subprocess.run([*words, "true"], capture_output=True, check=False, timeout=10)
    except (OSError, subprocess.TimeoutExpired):
        return ()
    return words if not done.returncode else ()


def _machine() -> str:
    return f"{platform.system()} on {platform.machine()}"
