"""The file workload: what a wrong file gives away, and that its folder goes with it."""

import asyncio
import gc
import pickle
import subprocess
import sys
import threading
import time
from pathlib import Path
from zlib import crc32

import pytest

from waitbench.models import processes
from waitbench.race.worker_session import complaints
from waitbench.scenario import BenchError, WrongResultError
from waitbench.workloads.file import Workload, look_at

pytestmark = pytest.mark.processes


def only_folder(workload: Workload) -> Path:
    return workload._folder


def test_every_task_reads_its_own_file() -> None:
    workload = Workload(size="100", files="3")
    with workload.sync_client() as read:
        seen = [read(number) for number in range(4)]
    assert len({crc for _, crc in seen}) == 3
    assert seen[3] == seen[0]
    for number, sample in enumerate(seen):
        workload.check(number, sample)
    with pytest.raises(WrongResultError, match="other bytes"):
        workload.check(1, seen[0])


def test_a_short_file_is_wrong() -> None:
    workload = Workload(size="100", files="1")
    (only_folder(workload) / "0").write_bytes(bytes(99))
    with workload.sync_client() as read, pytest.raises(WrongResultError, match="99 bytes"):
        workload.check(0, read(0))


def test_the_checksum_covers_small_files_whole_and_large_ones_everywhere() -> None:
    assert look_at(b"abc") == (3, crc32(b"abc"))
    large = bytearray(4096 * 10)
    seen = look_at(bytes(large))
    large[4096 * 5] = 1
    assert look_at(bytes(large)) != seen


@pytest.mark.parametrize("mode", ["write", "fsync"])
def test_what_was_written_is_read_again_and_removed(mode: str) -> None:
    workload = Workload(size="100", mode=mode)
    with workload.sync_client() as write:
        workload.check(7, write(7))
        assert list(only_folder(workload).iterdir()) == []
        written = write(7)
        (only_folder(workload) / "7").write_bytes(b"cut short")
        with pytest.raises(WrongResultError, match="9 bytes, right is 100"):
            workload.check(7, written)
        with pytest.raises(WrongResultError, match="0 bytes"):
            workload.check(8, written)


@pytest.mark.parametrize("mode", ["read", "write", "fsync"])
@pytest.mark.parametrize("through", ["aiofiles", "to_thread"])
def test_both_async_forms_do_the_same_in_threads_of_a_pool(mode: str, through: str) -> None:
    workload = Workload(size="5KB", files="2", mode=mode, through=through)
    names: set[str] = set()

    async def three() -> list[tuple[int, int]]:
        async with workload.async_client(3) as task:
            results = await asyncio.gather(*map(task, range(3)))
        names.update(thread.name for thread in threading.enumerate())
        return results

    for number, result in enumerate(asyncio.run(three())):
        workload.check(number, result)
    assert any(name.startswith("asyncio_") for name in names)


def test_children_of_a_pool_use_the_same_folder_and_do_not_take_it_along() -> None:
    workload = Workload(size="100", files="2")
    with processes.Model(workload, 2) as model:
        spans = model.run(4)
    assert list(complaints(workload, spans, 4)) == []
    copy = pickle.loads(pickle.dumps(workload))
    del copy
    gc.collect()
    assert only_folder(workload).exists()


def test_the_folder_goes_with_the_workload() -> None:
    workload = Workload()
    folder = only_folder(workload)
    assert folder.exists()
    del workload
    assert not folder.exists()


@pytest.mark.parametrize("ending", ["pass", "import os, signal; os.killpg(0, signal.SIGKILL)"])
def test_the_folder_goes_with_the_process_even_if_that_is_killed(ending: str) -> None:
    code = (
        "from waitbench.workloads.file import Workload; workload = Workload(); "
        f"print(workload._folder, flush=True); {ending}"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        start_new_session=True,
    )
    folder = Path(ran.stdout.strip())
    assert folder.name.startswith("waitbench-")
    until = time.monotonic() + 10
    while folder.exists() and time.monotonic() < until:
        time.sleep(0.01)
    assert not folder.exists()


def test_a_word_that_is_none_of_the_choices_is_named_with_them() -> None:
    with pytest.raises(BenchError, match="mode='append' is none of read, write, fsync"):
        Workload(mode="append")
    with pytest.raises(BenchError, match="through='magic' is none of aiofiles, to_thread"):
        Workload(through="magic")
