"""`waitbench merge`: decide over the parts that several machines measured."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from waitbench.commands._loudness import loudness
from waitbench.parsing import ending
from waitbench.scenario import BenchError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

READER_GONE = 2


def describe(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    parser.epilog = ending(
        "waitbench merge part-1.json part-2.json",
        "waitbench merge part-1.json part-2.json -o whole.json",
        "waitbench merge gate-1.json gate-2.json -o gate.md",
        _0="of a run, all went well; of a gate, nothing is slower",
        _1="of a gate: something is slower",
        _3="of a gate: too little was decided (--allow-undecided: 0)",
    )
    parser.add_argument(
        "parts", nargs="+", metavar="FILE", help="what `run --part` or `gate --part` wrote"
    )
    parser.add_argument(
        "-o",
        "--output",
        metavar="FILE",
        action="append",
        default=[],
        help="of a run: write the merged results here, not to results/; of a gate, repeatable: "
        ".md, .json, .xml (JUnit) or .txt",
    )
    for name, text in (
        ("--strict", "of a gate: exit with 3 if anything stays undecided"),
        ("--allow-empty", "of a gate: pass where nothing was compared"),
        ("--allow-undecided", "of a gate: pass where nothing was decided"),
        ("--annotations", "of a gate: print GitHub's annotations"),
    ):
        parser.add_argument(name, action="store_true", help=text)
    loudness(parser)


def main(arguments: argparse.Namespace) -> int:
    """Merge the parts and decide over all of them.

    Returns:
        of a run 0; of a gate its exit status.

    Raises:
        BenchError: they are no parts, or not of one run.
    """
    from waitbench.gate import parts as gate_parts
    from waitbench.results import document

    paths = [Path(text) for text in arguments.parts]
    documents = [document.read(path) for path in paths]
    of_gate = [gate_parts.is_part(each) for each in documents]
    if all(of_gate):
        return _gate(paths, documents, arguments)
    if any(of_gate):
        run, gate = (paths[of_gate.index(kind)] for kind in (False, True))
        raise BenchError(f"{gate} is a part of a gate and {run} is none: merge them apart")
    return _run(paths, documents, arguments)


def _gate(paths: Sequence[Path], documents: Sequence[Any], arguments: argparse.Namespace) -> int:
    from waitbench.commands._gate_outcome import concluded
    from waitbench.gate import parts as gate_parts

    arguments.baseline = "parts"  # what comes next is typed on each machine
    return concluded(gate_parts.merged(paths, documents), arguments)


def _run(paths: Sequence[Path], documents: Sequence[Any], arguments: argparse.Namespace) -> int:
    from waitbench import atomic_file
    from waitbench.commands._report_screen import show
    from waitbench.commands._results import read, results_folder
    from waitbench.commands._run_files import own_name, places
    from waitbench.machines import merge
    from waitbench.results import load, store

    if len(arguments.output) > 1:
        raise BenchError("the merged results of a run go into one file: give -o once")
    runs = [load.parsed(path, each) for path, each in zip(paths, documents, strict=True)]
    document, lacking = merge.merged(runs)
    if lacking:
        many = runs[0].meta["options"]["part"][1]
        print(f"waitbench: {merge.sentence(lacking, many)}", file=sys.stderr)
    text = json.dumps(document)
    if arguments.output:
        saved = Path(arguments.output[0]).resolve()
        atomic_file.write(saved, text)
    else:
        folder = results_folder() / own_name("get_machine_id")
        part = folder / f".merged.{own_name('get_tag')}.json"
        part.parent.mkdir(parents=True, exist_ok=True)
        atomic_file.write(part, text)
        saved = store.keep(part, own_name("get_tag"))
    summary, findings = read(saved)
    show(summary, findings, arguments, more=places(saved, summary, findings))
    return 0
