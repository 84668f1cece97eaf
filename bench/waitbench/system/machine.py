"""The machine as its system's files tell it: each question is a value, or None where unknown."""

from __future__ import annotations

import os
import platform
import subprocess
import time
from pathlib import Path

ROOT = Path("/")
_IDLE, _IOWAIT, _STEAL = 3, 4, 7  # columns of /proc/stat

_MAKERS = {
    "qemu": "kvm",
    "google": "kvm",
    "amazon ec2": "amazon",
    "digitalocean": "kvm",
    "vmware": "vmware",
    "innotek": "virtualbox",
    "virtualbox": "virtualbox",
    "xen": "xen",
    "microsoft corporation": "microsoft",
    "parallels": "parallels",
    "apple virtualization": "apple",
    "bochs": "bochs",
}


def read(root: Path, path: str) -> str | None:
    """Text of a system file without its last line break; None if it is absent or unreadable."""
    try:
        return (root / path).read_text(errors="replace").strip("\0\n ")
    except OSError:
        return None


def cpu_model(root: Path = ROOT) -> str | None:
    """What the processor calls itself."""
    for field in ("model name", "Model", "Hardware", "cpu model", "cpu"):
        for line in (read(root, "proc/cpuinfo") or "").splitlines():
            name, _, value = line.partition(":")
            if name.strip() == field and value.strip():
                return value.strip()
    if platform.system() == "Darwin":
        return answer("sysctl", "-n", "machdep.cpu.brand_string")
    return read(root, "proc/device-tree/model") or platform.processor() or None


def answer(*command: str, within_s: float = 5.0) -> str | None:
    """What a command prints; None if it is missing, fails or takes too long."""
    # A git hook's GIT_DIR would otherwise answer for another repository.
    environment = {name: value for name, value in os.environ.items() if name[:4] != "GIT_"}
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=True,
            timeout=within_s,
            env=environment,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.decode(errors="replace").strip()


def cores_allowed() -> int:
    """Cores this process may run on: its affinity mask, not the machine's number."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def cores_to_pin() -> tuple[int | None, ...]:
    """Numbers of the cores that a process can be kept on; just None where the system chooses."""
    if hasattr(os, "sched_setaffinity"):
        return tuple(sorted(os.sched_getaffinity(0)))
    return (None,)


def memory_bytes(root: Path = ROOT) -> tuple[int | None, int | None]:
    """Memory of the machine and what of it is available now, in bytes."""
    sizes: dict[str, int] = {}
    for line in (read(root, "proc/meminfo") or "").splitlines():
        name, _, value = line.partition(":")
        if value.endswith(" kB"):
            sizes[name] = int(value.split()[0]) * 1024
    total = sizes.get("MemTotal")
    if total is None and "SC_PHYS_PAGES" in os.sysconf_names:
        total = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return total, sizes.get("MemAvailable")


def governor(root: Path = ROOT) -> str | None:
    """Frequency governor of the cores, several joined by a comma."""
    pattern = "sys/devices/system/cpu/cpu[0-9]*/cpufreq/scaling_governor"
    return ",".join(sorted({read(path, "") or "" for path in root.glob(pattern)} - {""})) or None


def turbo(root: Path = ROOT) -> bool | None:
    """Whether the processor may run above its nominal frequency."""
    no_turbo = read(root, "sys/devices/system/cpu/intel_pstate/no_turbo")
    boost = read(root, "sys/devices/system/cpu/cpufreq/boost")
    if no_turbo is not None:
        return no_turbo == "0"
    return None if boost is None else boost == "1"


def on_battery(root: Path = ROOT) -> bool | None:
    """Whether a mains supply exists and none is plugged in."""
    mains = [
        read(folder, "online")
        for folder in root.glob("sys/class/power_supply/*")
        if read(folder, "type") == "Mains"
    ]
    return "1" not in mains if mains else None


def virtualization(root: Path = ROOT) -> str | None:
    """Name of the hypervisor, `none` on bare metal; None where nothing tells."""
    if "microsoft" in (read(root, "proc/version") or "").lower():
        return "wsl"
    makers = " ".join(
        read(root, f"sys/class/dmi/id/{name}") or "" for name in ("sys_vendor", "product_name")
    ).lower()
    flags = read(root, "proc/cpuinfo") or ""
    guest = " hypervisor" in flags
    for maker, name in _MAKERS.items():
        # Microsoft and Google also build laptops: a maker counts only for a guest.
        if maker in makers and (guest or "flags" not in flags):
            return name
    if hypervisor := read(root, "sys/hypervisor/type"):
        return hypervisor
    if guest:
        return "hypervisor"
    return "none" if "flags" in flags else None


def container(root: Path = ROOT) -> str | None:
    """Kind of container this runs in; None outside one, or where nothing tells."""
    if "KUBERNETES_SERVICE_HOST" in os.environ:
        return "kubernetes"
    for path, engine in ((".dockerenv", "docker"), ("run/.containerenv", "podman")):
        if (root / path).exists():
            return engine
    if named := read(root, "run/systemd/container"):
        return named
    groups = read(root, "proc/1/cgroup") or ""
    return next((kind for kind in ("kubepods", "docker", "lxc") if kind in groups), None)


def pressure(root: Path = ROOT) -> dict[str, float] | None:
    """Share of the last 10 s in which something waited for `cpu`, `memory` or `io`, 0 to 1.

    Source: the kernel's pressure stall information, the `some` line.
    """
    shares = {}
    for resource in ("cpu", "memory", "io"):
        _, _, rest = (read(root, f"proc/pressure/{resource}") or "").partition("some avg10=")
        if rest:
            shares[resource] = round(float(rest.split()[0]) / 100, 4)
    return shares or None


def busy(root: Path = ROOT, *, over_s: float = 0.25) -> dict[str, float] | None:
    """Sample for a moment how busy the cores are while this process sleeps.

    The load average remembers for minutes, our own set-up too; this is what goes on now.

    Args:
        root: where the system's files are read from.
        over_s: how long to watch, in seconds.

    Returns:
        Shares of all cores' time, 0 to 1: `busy`, and of it `stolen` by other virtual machines.
    """
    first = _cpu_ticks(root)
    time.sleep(over_s if first else 0)
    spent = [after - before for before, after in zip(first, _cpu_ticks(root), strict=False)]
    if len(spent) <= _STEAL or sum(spent) <= 0:
        return None
    idle = spent[_IDLE] + spent[_IOWAIT]
    total = sum(spent)
    return {"busy": round(1 - idle / total, 3), "stolen": round(spent[_STEAL] / total, 3)}


def _cpu_ticks(root: Path) -> list[int]:
    # Guests' time, behind these eight, is already within the users'.
    words = (read(root, "proc/stat") or "").partition("\n")[0].split()
    return [int(word) for word in words[1 : _STEAL + 2]]


def load_average() -> list[float] | None:
    """Processes running or waiting to, on average over 1, 5 and 15 minutes."""
    try:
        return [round(load, 2) for load in os.getloadavg()]
    except OSError:
        return None
