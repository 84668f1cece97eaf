"""The variables that a launch is started with on a machine: few, the same on all, and recorded.

A nanny of Dask fixes the hash seed of what it starts, gives BLAS and OpenMP one thread and changes
when memory goes back to the system (distributed 2026.8.0): launches that inherit that are alike in
what makes launches differ, and what is raced is not what people run.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from waitbench.machines.identity import VARIABLE
from waitbench.system import checkout

if TYPE_CHECKING:
    from collections.abc import Mapping

KEPT = frozenset(
    {
        "HOME",
        "LANG",
        "LD_LIBRARY_PATH",
        "LOGNAME",
        "PATH",
        "SHELL",
        "SSL_CERT_DIR",
        "SSL_CERT_FILE",
        "TMPDIR",
        "TZ",
        "USER",
        "VIRTUAL_ENV",
        VARIABLE,
    }
)
"""All that a machine's own variables tell a launch; of the caller's none travels at all."""
KEPT_FAMILY = "LC_"
RECORDED = (
    "PYTHONHASHSEED",
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "MALLOC_TRIM_THRESHOLD_",
    "MALLOC_ARENA_MAX",
)
"""What changes figures unseen; in the record of each machine, None where it is not set."""


def clean(environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Return the variables of a launch, with our packages on its path."""
    kept = {
        name: value
        for name, value in environ.items()
        if name in KEPT or name.startswith(KEPT_FAMILY)
    }
    return {**kept, "PYTHONPATH": checkout.import_path(), "PYTHONUNBUFFERED": "1"}


def recorded(environ: Mapping[str, str] = os.environ) -> dict[str, str | None]:
    """Return what a process was started with, for its record."""
    return {name: environ.get(name) for name in RECORDED}
