"""What commits do to the shop: nothing, or a known change that makes some benchmarks slower."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bench.proof.gate.shop_benchmarks import CLIENTS, COMPUTING, FETCHES

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What one commit does to the shop.

    Attributes:
        title: what tables call it.
        edits: texts of `shop.py` with what stands in their place.
        slows: benchmarks that it makes slower; none of a null commit.
        share: by what share of their wall; None where only a race can tell.
    """

    title: str
    edits: Mapping[str, str] = field(default_factory=dict)
    slows: tuple[str, ...] = ()
    share: float | None = None


def _more(per_cent: int) -> Change:
    return Change(
        title=f"+{per_cent} % CPU",
        edits={"SHARE = 100": f"SHARE = {100 + per_cent}"},
        slows=COMPUTING,
        share=per_cent / 100,
    )


CHANGES = {
    "null": Change(
        title="nothing (a comment)", edits={"WORD = re": "# What a word is.\nWORD = re"}
    ),
    "cpu2": _more(2),
    "cpu5": _more(5),
    "cpu10": _more(10),
    "call": Change(
        title="a slower client library call",
        edits={"self.session.send(self.request, timeout=30)": "self.session.get(self.url)"},
        slows=CLIENTS,
    ),
    "reuse": Change(
        title="a lost connection reuse",
        edits={
            "        return self.session.send(self.request, timeout=30).content": "        import "
            "requests\n\n        return requests.get(self.url, timeout=30).content"
        },
        slows=CLIENTS,
    ),
    "blocking": Change(
        title="a blocking call in a coroutine",
        edits={
            "    async def one():\n        async": "    async def one():\n"
            "        time.sleep(0.0005)\n        async"
        },
        slows=FETCHES,
    ),
    "lock": Change(
        title="an added lock",
        edits={"    time.sleep(0.002)": "    with LOCK:\n        time.sleep(0.002)"},
        slows=("pool_naps",),
    ),
}
