"""What a round of streams comes to: gaps as the client saw them, and what made a piece late."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import TYPE_CHECKING, Any

from waitbench.scenario import WrongResultError
from waitbench.stats.quantiles import nearest_rank

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from waitbench.workloads._stream_clients import Heard

LATE_NS = 5_000_000
"""A piece that is seen so long after it was due is a late one: what a reader of text may notice."""
TOLD = ("target", "client")
"""Whose shares of the late pieces are told; the rest is the network's, and mostly nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One piece, all moments on the clock that the processes of a machine share.

    Attributes:
        due_ns: when the target was to hand it over.
        sent_ns: when it did.
        seen_ns: when the client's code had it.
    """

    due_ns: int
    sent_ns: int
    seen_ns: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """One stream that came whole.

    Attributes:
        begun_ns: when the client asked.
        received_ns: when the target had the request.
        texts: of the pieces.
        pieces: their moments.
        crc32: of all texts, as the target says.
    """

    begun_ns: int
    received_ns: int
    texts: tuple[str, ...]
    pieces: tuple[Piece, ...]
    crc32: int


def read(number: int, heard: Heard, count: int) -> Stream:
    """Take a stream's events apart.

    Raises:
        WrongResultError: one is missing, twice there, out of order or not to be understood.
    """
    texts: list[str] = []
    seen_ns: list[int] = []
    sent: dict[str, list[int]] = {"sent_ns": [], "late_ns": []}
    end: dict[str, Any] | None = None
    for moment_ns, event in heard.events:
        try:
            fields = dict(line.split(": ", 1) for line in event.decode().split("\n"))
            match fields.get("event"):
                case None if int(fields["id"]) == len(texts):
                    texts.append(fields["data"])
                    seen_ns.append(moment_ns)
                case None:
                    raise WrongResultError(
                        f"task {number} got piece {fields['id']} in place of {len(texts)}"
                    )
                case "sent":
                    table = json.loads(fields["data"])
                    for name in sent:
                        sent[name] += table[name]
                case "end":
                    end = json.loads(fields["data"])
        except (ValueError, KeyError, TypeError) as fault:
            raise WrongResultError(f"task {number} got an event that says nothing") from fault
    if end is None or not len(texts) == end["pieces"] == count == len(sent["sent_ns"]):
        ended = "and no last event" if end is None else "and the last event"
        why = f": {heard.fault}" if heard.fault else ""
        raise WrongResultError(f"task {number} got {len(texts)} of {count} pieces, {ended}{why}")
    received_ns = end["received_ns"]
    pieces = tuple(
        Piece(due_ns=received_ns + sent_ns - late_ns, sent_ns=received_ns + sent_ns, seen_ns=seen)
        for sent_ns, late_ns, seen in zip(sent["sent_ns"], sent["late_ns"], seen_ns, strict=True)
    )
    return Stream(
        begun_ns=heard.begun_ns,
        received_ns=received_ns,
        texts=tuple(texts),
        pieces=pieces,
        crc32=end["crc32"],
    )


def figures(streams: Sequence[Stream]) -> Mapping[str, float]:
    """Return the figures of a round.

    What a piece took after it was due has three parts, which add up: the target was late; the
    network and the kernel carried it, for which the quickest piece of the round stands; and all
    beyond that the client was late.

    Returns:
        `first_piece_ns`, the median time from asking to the first piece; `gap_p50_ns`, `gap_p99_ns`
        and `gap_longest_ns` between two pieces as they were seen; `behind_p99_ns`, how long after
        it was sent 99 of 100 pieces were seen; the mean `target_late_ns`, `network_ns` and
        `client_late_ns`; `pieces`, how many came; `late_share`, how many of them were seen 5 ms
        or more after they were due, and, where there are such, `late_by_target_share` and
        `late_by_client_share`: of how many of those that part is the largest.
    """
    pieces = [piece for stream in streams for piece in stream.pieces]
    if not pieces:
        return {}
    first = sorted(stream.pieces[0].seen_ns - stream.begun_ns for stream in streams)
    gaps = sorted(
        after.seen_ns - before.seen_ns
        for before, after in chain.from_iterable(pairwise(s.pieces) for s in streams)
    )
    behind = sorted(piece.seen_ns - piece.sent_ns for piece in pieces)
    network_ns = behind[0]
    blame = _blame(pieces, network_ns)
    # The first of them is the one that a narrow terminal still has room for.
    figures = {"late_share": blame["late_share"], "first_piece_ns": nearest_rank(first, 0.5)}
    if gaps:
        figures |= {
            "gap_p50_ns": nearest_rank(gaps, 0.5),
            "gap_p99_ns": nearest_rank(gaps, 0.99),
            "gap_longest_ns": gaps[-1],
        }
    return figures | {
        "behind_p99_ns": nearest_rank(behind, 0.99),
        "target_late_ns": sum(piece.sent_ns - piece.due_ns for piece in pieces) / len(pieces),
        "network_ns": network_ns,
        "client_late_ns": sum(behind) / len(behind) - network_ns,
        "pieces": len(pieces),
        **blame,
    }


def _blame(pieces: Sequence[Piece], network_ns: int) -> Mapping[str, float]:
    late = [piece for piece in pieces if piece.seen_ns - piece.due_ns >= LATE_NS]
    blamed = {"target": 0, "network": 0, "client": 0}
    for piece in late:
        parts = {
            "target": piece.sent_ns - piece.due_ns,
            "network": network_ns,
            "client": piece.seen_ns - piece.sent_ns - network_ns,
        }
        blamed[max(parts, key=parts.__getitem__)] += 1
    shares = {f"late_by_{who}_share": blamed[who] / len(late) for who in TOLD if late}
    return {"late_share": len(late) / len(pieces), **shares}
