"""Runs a command once and prints its exit status, seconds and memory as JSON; run by its path.

It stays small and starts the command itself: the system counts the memory of whoever starts a
process as that process's own. It imports nothing that costs.
"""

from __future__ import annotations

import os
import resource
import sys
import time


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
    _, ended, usage = os.wait4(pid, 0)
    seconds = (time.perf_counter_ns() - began_ns) / 1e9
    unit = 1 if sys.platform == "darwin" else 1024
    import json  # only now: what the command is measured with is to be small

    print(  # noqa: T201 - its output is its answer
        json.dumps(
            {
                "pid": pid,
                "status": os.waitstatus_to_exitcode(ended),
                "seconds": seconds,
                # Of a smaller process our own size is all that is known.
                "peak_bytes": usage.ru_maxrss * unit if usage.ru_maxrss > own else None,
            }
        )
    )


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[4:], sys.argv[2], sys.argv[3])
