"""What the page on many machines tells to type to Dask, to Slurm and to Kubernetes."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

PAGE = (Path(__file__).parents[3] / "docs" / "machines.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def blocks(language: str) -> list[str]:
    return [text for name, text in BLOCK.findall(PAGE) if name == language]


@pytest.mark.parametrize("program", ["scheduler", "worker"])
def test_dask_has_the_options_that_it_is_given(program: str) -> None:
    pytest.importorskip("distributed")
    from importlib import import_module

    command = import_module(f"distributed.cli.dask_{program}").main
    there = {name for option in command.params for name in (*option.opts, *option.secondary_opts)}
    lines = [
        match
        for text in (*blocks("bash"), *blocks("yaml"))
        for match in re.findall(rf"\bdask,? {program}\b([^&\]\n]*)", text)
    ]
    given = {name for line in lines for name in re.findall(r"--[a-z-]+", line)}
    assert given
    assert given <= there


def test_the_manifests_are_yaml_of_what_they_should_be() -> None:
    yaml = pytest.importorskip("yaml")
    kinds = [
        document["kind"]
        for text in blocks("yaml")
        for document in yaml.safe_load_all(text)
        if "kind" in document
    ]
    assert kinds == ["Service", "Pod", "DaemonSet"]
    (tls,) = (text for text in blocks("yaml") if "tls:" in text)
    assert set(yaml.safe_load(tls)["distributed"]["comm"]["tls"]) == {
        "ca-file",
        "scheduler",
        "worker",
        "client",
    }


@pytest.mark.processes
def test_the_scripts_are_shell() -> None:
    for text in blocks("bash"):
        subprocess.run(["/bin/sh", "-n"], input=text.encode(), check=True)
