"""With which of base's commits head is compared: with the one that it left base at.

What base gained since then is no doing of head's: compared with the newest of base, a branch is
blamed for not having it, or a slow-down of its own hides behind another of base.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from waitbench import formatting
from waitbench.scenario import BenchError

if TYPE_CHECKING:
    from waitbench.gate.repository import Repository, Revision

MOST_NAMED = 3
"""Of the commits that head lacks, so many are named."""


def choose(
    repository: Repository, base: Revision, head: Revision, *, exact: bool, head_named: bool
) -> tuple[Revision, str]:
    """Return what head is compared with, and a sentence on that choice where it needs one.

    Args:
        repository: of both.
        base: as it was asked for.
        head: what is compared.
        exact: whether base itself is wanted, whatever it gained meanwhile.
        head_named: whether somebody asked for that head; an old one is then what was meant.

    Raises:
        BenchError: the two have no commit in common here, or head has none of its own.
    """
    lacking = repository.commits(head.commit, base.commit)
    if not lacking:
        return base, ""
    named = ", ".join(lacking[-MOST_NAMED:][::-1]) + (" …" if len(lacking) > MOST_NAMED else "")
    count = formatting.count(len(lacking), "commit")
    asked = base.short if base.commit.startswith(base.asked) else base.asked
    sentence = f"head lacks {count} of {asked} ({named})"
    if exact:
        return base, f"{sentence}, which may be the reason of any change"
    forks = repository.merge_bases(base.commit, head.commit)
    if not forks:
        raise BenchError(_no_fork(repository, base, head))
    if head.commit in forks:
        if not head_named:
            raise BenchError(
                f"{sentence} and has none of its own, so there is nothing of its own to compare; "
                "--exact-base compares the two as they are"
            )
        return base, (
            f"{sentence} and has none of its own: the two were compared as they are, and what "
            "head lacks may be the reason of any change"
        )
    fork = repository.revision(forks[0])
    many = f", the newest of {len(forks)} that they share" if len(forks) > 1 else ""
    return fork, (
        f"{sentence}; it was compared with {fork.short}, where it left {asked}{many}; "
        f"--exact-base compares with {asked} itself"
    )


def _no_fork(repository: Repository, base: Revision, head: Revision) -> str:
    if repository.shallow:
        return (
            f"this clone is shallow and does not hold where {head.asked} left {base.asked}: fetch "
            "it, by git fetch --unshallow, or fetch-depth: 0 in actions/checkout; or compare with "
            f"{base.asked} as it is, by --exact-base"
        )
    return (
        f"{head.asked} and {base.asked} have no commit in common; --exact-base compares the two as "
        "they are"
    )
