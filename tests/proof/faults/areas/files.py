"""Files of others and our own, spoilt, through every command that reads them, in every format."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.proof.faults import odd, samples
from tests.proof.faults.trial import REPORTED, Trial
from waitbench.report import format_names

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

TITLE = "files of others, and our own spoilt"
TRIALS = 800
READERS: tuple[tuple[str, ...], ...] = (
    ("claims", "IT"),
    ("claims", "IT", "--format", "markdown"),
    ("explain", "cpu-no-gain", "IT"),
    ("compare", "IT", "whole.json"),
    ("compare", "whole.json", "IT", "--format", "markdown"),
    ("report", "IT", "whole.json", "IT"),
    ("history", "add", "IT", "--file", "h.jsonl"),
    ("baseline", "update", "IT", "--name", "name"),
    ("gate", "IT", "--baseline", "kept.json", "-o", "out.md", "-o", "out.xml"),
    ("writeup", "IT", "-o", "article"),
    ("advise", "shop.py:quick", "--dry", "--map", "IT"),
)
"""What reads a results file."""
OF_OUR_OWN: dict[str, tuple[tuple[str, ...], ...]] = {
    "history.jsonl": (
        ("history", "show", "--file", "IT"),
        ("history", "add", "run.json", "--file", "IT"),
        ("history", "plot", "--file", "IT"),
    ),
    "kept.json": (
        ("baseline", "show", "IT"),
        ("gate", "run.json", "--baseline", "IT", "-o", "out.json"),
    ),
    "profiles.json": (
        ("profile", "IT"),
        ("profile", "IT", "-o", "folder", "--format", "text,html,json,speedscope"),
    ),
}
"""What reads the other files that we write."""
STATUSES = {
    "gate": frozenset({0, 1, 2, 3}),
    "advise": frozenset({0, 1, 2}),
    "profile": frozenset({0, 1, 2}),
}


def trials(rng: Random, share: float) -> Iterator[Trial]:
    """Yield spoilt files, each read by one command."""
    results, own, forms = samples.results(), samples.own(), format_names()
    for _ in range(round(TRIALS * share)):
        if rng.random() < 0.25:
            name = rng.choice(list(OF_OUR_OWN))
            words: tuple[str, ...] = rng.choice(OF_OUR_OWN[name])
            spoilt = samples.lines_spoilt(own[name], rng)
            yield _trial(words, name, {**own, name: spoilt})
            continue
        tool = rng.choice(["waitbench", *results])
        words = rng.choice(READERS)
        if rng.random() < 0.5:
            form = rng.choice(forms)
            words = ("report", "IT", "--format", form)
            if rng.random() < 0.5:
                words = (*words, "-o", f"out.{form}")
        whole = samples.as_bytes(results[tool])
        files = {**own, "whole.json": whole, "it.json": odd.spoilt(results[tool], rng)}
        yield _trial(words, "it.json", files)


def _trial(words: tuple[str, ...], name: str, files: dict[str, bytes]) -> Trial:
    older = next((word for word in words if word.startswith("out.")), "")
    return Trial(
        area=TITLE,
        words=tuple(name if word == "IT" else word for word in words),
        statuses=STATUSES.get(words[0], REPORTED),
        files={**files, **({older: b'"older"'} if older else {}), "shop.py": samples.QUICK},
        older=older,
    )
