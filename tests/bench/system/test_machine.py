"""The machine's files are made up here, as different systems write them."""

import os
from pathlib import Path

import pytest

from waitbench.system import cgroups, machine


def put(root: Path, path: str, text: str) -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text)


X86 = (
    "processor\t: 0\nvendor_id\t: GenuineIntel\nmodel name\t: Quick Chip 9\nflags\t\t: fpu sse{}\n"
)


@pytest.fixture(autouse=True)
def outside_kubernetes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KUBERNETES_SERVICE_HOST", raising=False)


def test_an_empty_system_answers_none_everywhere(tmp_path: Path) -> None:
    for question in (
        cgroups.cpu_quota,
        cgroups.memory_limit_bytes,
        machine.governor,
        machine.turbo,
        machine.on_battery,
        machine.virtualization,
        machine.container,
        machine.pressure,
        machine.busy,
    ):
        assert question(tmp_path) is None, question.__name__


def test_this_machine_answers_without_an_error() -> None:
    assert machine.cores_allowed() >= 1
    assert machine.cores_allowed() <= (os.cpu_count() or 1)
    total, available = machine.memory_bytes()
    assert total is not None
    assert total > 1 << 20
    assert available is None or available <= total
    for load in machine.load_average() or []:
        assert load >= 0


@pytest.mark.parametrize(
    ("text", "model"),
    [
        (X86.format(""), "Quick Chip 9"),
        ("processor\t: 0\nBogoMIPS\t: 108\nModel\t\t: Raspberry Pi 5\n", "Raspberry Pi 5"),
        ("processor\t: 0\ncpu\t\t: POWER9\n", "POWER9"),
    ],
)
def test_the_processor_is_named_as_each_architecture_writes_it(
    tmp_path: Path, text: str, model: str
) -> None:
    put(tmp_path, "proc/cpuinfo", text)
    assert machine.cpu_model(tmp_path) == model


def test_a_nameless_arm_processor_is_named_by_its_board(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("platform.system", lambda: "Linux")
    put(tmp_path, "proc/cpuinfo", "processor\t: 0\nCPU part\t: 0xd0c\n")
    put(tmp_path, "proc/device-tree/model", "A Board\0")
    assert machine.cpu_model(tmp_path) == "A Board"


@pytest.mark.parametrize(
    ("files", "cores"),
    [
        ({"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/cpu.max": "150000 100000\n"}, 1.5),
        ({"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/cpu.max": "max 100000\n"}, None),
        (
            {  # the tightest of the group and those above it
                "proc/self/cgroup": "0::/a/b\n",
                "sys/fs/cgroup/a/b/cpu.max": "max 100000\n",
                "sys/fs/cgroup/a/cpu.max": "50000 100000\n",
                "sys/fs/cgroup/cpu.max": "400000 100000\n",
            },
            0.5,
        ),
        (
            {  # v1, within a container: the group's path is the host's and does not exist here
                "proc/self/cgroup": "5:memory:/x\n4:cpu,cpuacct:/docker/123\n",
                "sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us": "200000\n",
                "sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us": "100000\n",
            },
            2.0,
        ),
        (
            {
                "proc/self/cgroup": "4:cpu:/job\n0::/\n",
                "sys/fs/cgroup/cpu/job/cpu.cfs_quota_us": "25000\n",
                "sys/fs/cgroup/cpu/job/cpu.cfs_period_us": "50000\n",
                "sys/fs/cgroup/cpu/cpu.cfs_quota_us": "-1\n",
                "sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n",
            },
            0.5,
        ),
        ({"proc/self/cgroup": "garbage\n::\n", "sys/fs/cgroup/cpu.max": "x\n"}, None),
    ],
)
def test_the_cpu_quota_is_found_in_both_generations_of_control_groups(
    tmp_path: Path, files: dict[str, str], cores: float | None
) -> None:
    for path, text in files.items():
        put(tmp_path, path, text)
    assert cgroups.cpu_quota(tmp_path) == cores


def test_a_memory_limit_is_told_from_the_number_that_means_none(tmp_path: Path) -> None:
    put(tmp_path, "proc/self/cgroup", "3:memory:/job\n")
    put(tmp_path, "sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n")
    assert cgroups.memory_limit_bytes(tmp_path) is None
    put(tmp_path, "sys/fs/cgroup/memory/job/memory.limit_in_bytes", "1048576\n")
    assert cgroups.memory_limit_bytes(tmp_path) == 1048576


def test_memory_is_read_in_bytes(tmp_path: Path) -> None:
    put(tmp_path, "proc/meminfo", "MemTotal:  2048 kB\nMemAvailable:  512 kB\nHugePages_Total: 0\n")
    assert machine.memory_bytes(tmp_path) == (2_097_152, 524_288)


def test_governors_of_all_cores_are_joined(tmp_path: Path) -> None:
    for core, name in enumerate(("powersave", "performance", "powersave")):
        put(tmp_path, f"sys/devices/system/cpu/cpu{core}/cpufreq/scaling_governor", f"{name}\n")
    assert machine.governor(tmp_path) == "performance,powersave"


@pytest.mark.parametrize(
    ("path", "text_when_on", "text_when_off"),
    [("intel_pstate/no_turbo", "0", "1"), ("cpufreq/boost", "1", "0")],
)
def test_turbo_is_read_from_either_driver(
    tmp_path: Path, path: str, text_when_on: str, text_when_off: str
) -> None:
    put(tmp_path, f"sys/devices/system/cpu/{path}", f"{text_when_on}\n")
    assert machine.turbo(tmp_path) is True
    put(tmp_path, f"sys/devices/system/cpu/{path}", f"{text_when_off}\n")
    assert machine.turbo(tmp_path) is False


def test_a_laptop_without_its_plug_is_on_battery(tmp_path: Path) -> None:
    put(tmp_path, "sys/class/power_supply/BAT0/type", "Battery\n")
    assert machine.on_battery(tmp_path) is None
    put(tmp_path, "sys/class/power_supply/AC/type", "Mains\n")
    put(tmp_path, "sys/class/power_supply/AC/online", "0\n")
    assert machine.on_battery(tmp_path) is True
    put(tmp_path, "sys/class/power_supply/AC/online", "1\n")
    assert machine.on_battery(tmp_path) is False


@pytest.mark.parametrize(
    ("files", "name"),
    [
        ({"proc/cpuinfo": X86.format("")}, "none"),
        ({"proc/cpuinfo": X86.format(" hypervisor")}, "hypervisor"),
        ({"proc/cpuinfo": X86.format(" hypervisor"), "sys/class/dmi/id/sys_vendor": "QEMU"}, "kvm"),
        ({"proc/cpuinfo": X86.format(""), "sys/class/dmi/id/sys_vendor": "Google"}, "none"),
        ({"proc/cpuinfo": "Features: fp", "sys/class/dmi/id/sys_vendor": "Amazon EC2"}, "amazon"),
        ({"proc/cpuinfo": X86.format(""), "sys/hypervisor/type": "xen\n"}, "xen"),
        ({"proc/version": "Linux version 5.15-microsoft-standard"}, "wsl"),
        ({"proc/cpuinfo": "Features: fp"}, None),
    ],
)
def test_a_virtual_machine_is_told_from_metal(
    tmp_path: Path, files: dict[str, str], name: str | None
) -> None:
    for path, text in files.items():
        put(tmp_path, path, text)
    assert machine.virtualization(tmp_path) == name


@pytest.mark.parametrize(
    ("path", "text", "kind"),
    [
        (".dockerenv", "", "docker"),
        ("run/.containerenv", "", "podman"),
        ("run/systemd/container", "systemd-nspawn\n", "systemd-nspawn"),
        ("proc/1/cgroup", "1:cpu:/kubepods/pod1\n", "kubepods"),
        ("proc/1/cgroup", "0::/init.scope\n", None),
    ],
)
def test_a_container_is_recognised(tmp_path: Path, path: str, text: str, kind: str | None) -> None:
    put(tmp_path, path, text)
    assert machine.container(tmp_path) == kind


def test_pressure_is_a_share_of_the_last_ten_seconds(tmp_path: Path) -> None:
    put(tmp_path, "proc/pressure/cpu", "some avg10=12.50 avg60=1.00 avg300=0.10 total=5\n")
    put(tmp_path, "proc/pressure/memory", "some avg10=0.00 avg60=0.00 avg300=0.00 total=0\nfull x")
    assert machine.pressure(tmp_path) == {"cpu": 0.125, "memory": 0.0}


def test_the_cores_are_watched_for_a_moment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path, "proc/stat", "cpu  100 0 50 800 40 0 0 10 9 9\ncpu0 1 1\n")

    def meanwhile(_seconds: float) -> None:
        # 100 ticks on: 20 in users, 10 in the kernel, 50 idle, 10 waiting for a disk, 10 stolen.
        put(tmp_path, "proc/stat", "cpu  120 0 60 850 50 0 0 20 99 9\ncpu0 1 1\n")

    monkeypatch.setattr("time.sleep", meanwhile)
    assert machine.busy(tmp_path) == {"busy": 0.4, "stolen": 0.1}
    assert machine.busy(tmp_path) is None  # no tick has passed


@pytest.mark.processes
def test_a_command_that_is_missing_fails_or_hangs_answers_none() -> None:
    assert machine.answer("waitbench-has-no-such-command") is None
    assert machine.answer("sh", "-c", "exit 3") is None
    assert machine.answer("sleep", "30", within_s=0.1) is None
    assert machine.answer("echo", " said ") == "said"
