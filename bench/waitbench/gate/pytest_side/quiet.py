"""What other plugins do to a test that would be measured, or would end it: switched off here."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

OPTIONS: dict[str, tuple[str, dict[str, Any]]] = {
    "numprocesses": (
        "pytest-xdist",
        {"numprocesses": None, "dist": "no", "tx": [], "looponfail": False, "maxprocesses": None},
    ),
    "parallel_threads": ("pytest-run-parallel", {"parallel_threads": 1, "iterations": 1}),
    "reruns": ("pytest-rerunfailures", {"reruns": 0}),
    "memray": ("pytest-memray", {"memray": False}),
    "forked": ("pytest-forked", {"forked": False}),
    "count": ("pytest-repeat", {"count": 1}),
    "codspeed": ("pytest-codspeed", {"codspeed": False}),
    "profile": ("pytest-profiling", {"profile": False, "profile_svg": False}),
    "typeguard_packages": ("typeguard", {"typeguard_packages": ""}),
    "benchmark_disable": ("pytest-benchmark", {"benchmark_disable": False}),
    "benchmark_json": ("pytest-benchmark", {"benchmark_json": None}),
    "benchmark_only": ("pytest-benchmark", {"benchmark_only": False, "benchmark_skip": False}),
}
"""By an option that tells that a plugin is there: its name, and what its options are set to."""
UNREGISTERED = {
    "benchmark": "pytest-benchmark",
    "pytest-benchmark": "pytest-benchmark",
    "codspeed": "pytest-codspeed",
    "codspeed_plugin": "pytest-codspeed",
    "speed": "pytest-speed",
    "timeout": "pytest-timeout",
    "_run-parallel": "pytest-run-parallel",
    "rerunfailures": "pytest-rerunfailures",
    "flaky": "flaky",
    "memray": "pytest-memray",
    "memray_manager": "pytest-memray",
    "_cov": "pytest-cov",
    "monitor": "pytest-monitor",
    "profiling": "pytest-profiling",
}
"""Plugins whose hooks have nothing to do in a race, by the names that they are registered under."""
SPEAKS_OF_ITSELF = ("pytest-benchmark", "pytest-codspeed", "pytest-speed")
"""Their fixture is what we stand in for: nothing of theirs is lost."""
SEED = 1
"""Of pytest-randomly: random data are alike on both sides and in each launch."""


def before_configuring(config: Any) -> list[str]:
    """Set options of other plugins, before they look at them; return whose were set otherwise."""
    option, quieted = config.option, []
    for known_by, (plugin, values) in OPTIONS.items():
        if not hasattr(option, known_by):
            continue
        for name, value in values.items():
            if hasattr(option, name) and getattr(option, name) != value:
                setattr(option, name, value)
                quieted.append(plugin)
    if hasattr(option, "randomly_seed"):
        option.randomly_seed, option.randomly_reorganize = SEED, False
        quieted.append("pytest-randomly")
    if getattr(option, "cov_source", None):
        quieted.append("pytest-cov")
    if hasattr(option, "usepdb"):
        option.usepdb = option.trace = False
    option.maxfail = 0  # a test that fails is told; the others go on
    option.setuponly = option.setupshow = option.collectonly = False
    return quieted


def after_configuring(config: Any) -> list[str]:
    """Take plugins away whose options had to be understood; return what they are called."""
    quieted = []
    for name, plugin in UNREGISTERED.items():
        if config.pluginmanager.has_plugin(name):
            with suppress(Exception):  # one that was blocked has nothing to take away
                config.pluginmanager.unregister(name=name)
                quieted.append(plugin)
    return quieted


def without_coverage(early_config: Any) -> None:
    """Keep pytest-cov from starting, which it does before any other option counts."""
    names = early_config.known_args_namespace
    if getattr(names, "cov_source", None):
        names.cov_source = []
        names.no_cov = True
