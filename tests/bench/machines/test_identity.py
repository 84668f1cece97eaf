"""The name of a machine within a run."""

from pathlib import Path

import pytest

from waitbench.machines import identity

BOOT = "proc/sys/kernel/random/boot_id"


def machine(folder: Path, boot: str) -> Path:
    (folder / BOOT).parent.mkdir(parents=True)
    (folder / BOOT).write_text(f"{boot}\n")
    return folder


def test_a_machine_has_one_name_in_a_run_and_another_in_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(identity.VARIABLE, raising=False)
    one, other = machine(tmp_path / "a", "3f2a-11"), machine(tmp_path / "b", "77cd-22")
    assert identity.anonymous(7, one) == identity.anonymous(7, one)
    assert identity.anonymous(7, one) != identity.anonymous(8, one)
    assert identity.anonymous(7, one) != identity.anonymous(7, other)
    assert "3f2a" not in identity.anonymous(7, one)
    before = identity.anonymous(7, one)
    monkeypatch.setenv(identity.VARIABLE, "second half of the cores")
    assert identity.anonymous(7, one) != before
