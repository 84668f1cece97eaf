"""Which form of a workload a model runs, and what a pair lacks, in a line."""

import subprocess
import sys
from pathlib import Path

import pytest

from waitbench.models import asyncio, sync
from waitbench.registry import fit
from waitbench.scenario import BenchError
from waitbench.services import processes
from waitbench.workloads import compute, http, redis, sleep


class OnTrio(asyncio.Model):
    """Runs what has a form for trio."""

    form = "trio"  # type: ignore[assignment]


def test_a_model_runs_its_form_and_a_loop_the_sync_one_where_it_has_to() -> None:
    assert fit.form(http.Workload, sync.Model) == "sync"
    assert fit.form(http.Workload, asyncio.Model) == "async"
    assert fit.form(compute.Workload, asyncio.Model) == "sync"
    assert fit.form(sleep.Workload, OnTrio) == "trio"
    assert fit.needs(http.Workload, OnTrio) == ("httpx2", "trio")


def test_what_has_no_form_is_refused_with_what_it_lacks() -> None:
    with pytest.raises(BenchError, match=r"^workload 'redis' has no form for trio: .*trio_client"):
        fit.form(redis.Workload, OnTrio)


@pytest.mark.processes
@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ("raise OSError('no such .so')", "cannot be imported: OSError: no such .so"),
        ("import no_such_part", "needs no_such_part"),
        ("", "cannot be imported: AttributeError: module 'rloop' has no attribute"),
    ],
)
def test_a_broken_package_leaves_its_own_rows_out_in_a_line(
    fault: str, told: str, tmp_path: Path
) -> None:
    (tmp_path / "rloop.py").write_text(fault, encoding="utf-8")
    ask = "from waitbench import registry; print(registry.unavailable('models', 'rloop'))"
    code = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); {ask}"
    done = subprocess.run(
        [sys.executable, "-P", "-c", code],
        env=processes.environment_of_ours(),
        capture_output=True,
        text=True,
        check=True,
    )
    assert told in done.stdout
    assert done.stdout.count("\n") == 1
