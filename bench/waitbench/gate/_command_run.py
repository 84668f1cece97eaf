"""Runs a command once and prints its exit status, seconds and memory as JSON; run by its path.

It stays small and starts the command itself: the system counts the memory of whoever starts a
process as that process's own. It imports nothing that costs.
"""

from __future__ import annotations

import os
import resource
import sys
import time

SET_CHILD_SUBREAPER = 36
ORPHANS_WITHIN_S = 0.3
"""So long what outlived the command is waited for."""


def main(program: str, words: list[str], output: str, complaints: str) -> None:
    """Run the program with these words; what it prints goes into two files."""
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    writing = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    began_ns = time.perf_counter_ns()
    pid = os.posix_spawn(
        program,
        words,
        os.environ,
        file_actions=(
            (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
            (os.POSIX_SPAWN_OPEN, 1, output, writing, 0o600),
            (os.POSIX_SPAWN_OPEN, 2, complaints, writing, 0o600),
        ),
        setsigdef=(13, 25),  # SIGPIPE and SIGXFSZ, which Python ignores
    )
    adopt_orphans()  # only now: it would be a part of what the command starts with
    _, ended, usage = os.wait4(pid, 0)
    seconds = (time.perf_counter_ns() - began_ns) / 1e9
    largest = max(usage.ru_maxrss, orphans_rss())
    unit = 1 if sys.platform == "darwin" else 1024
    import json  # only now: what the command is measured with is to be small

    print(  # noqa: T201 - its output is its answer
        json.dumps(
            {
                "pid": pid,
                "status": os.waitstatus_to_exitcode(ended),
                "seconds": seconds,
                # Of a smaller process our own size is all that is known.
                "peak_bytes": largest * unit if largest > own else None,
            }
        )
    )


def adopt_orphans() -> None:
    """Become the parent of what outlives the command, as a pool's fork server does.

    As `waitbench.system.orphans`, which cannot be imported here: this is run by its path alone.
    """
    try:
        import ctypes

        ctypes.CDLL(None).prctl(SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    except (ImportError, OSError, AttributeError):  # no Linux: they are nobody's to ask
        return


def orphans_rss() -> int:
    """Return the memory of the largest process among the orphans that end soon; 0 without any."""
    largest, ends_s = 0, time.monotonic() + ORPHANS_WITHIN_S
    while time.monotonic() < ends_s:
        try:
            pid, _, usage = os.wait4(-1, os.WNOHANG)
        except ChildProcessError:
            break
        if pid:
            largest = max(largest, usage.ru_maxrss)
        else:
            time.sleep(0.005)
    return largest


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[4:], sys.argv[2], sys.argv[3])
