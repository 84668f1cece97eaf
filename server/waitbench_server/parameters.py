"""The query parameters of a request, options of the command line too: texts in, a plan out."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from waitbench_server import compression, contradictions, latency, mix, pieces, stream
from waitbench_server.body import LARGEST_BYTES
from waitbench_server.mix import Mix
from waitbench_server.outcomes import FAULTS
from waitbench_server.problem import bad_parameter
from waitbench_server.units import DURATION_FORM, S, duration_ns, size_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from waitbench_server.plan import Plan

_RATE_MOST: Final = 1024**3
_CPU_MOST_NS: Final = S
_SLOWEST_BODY_S: Final = 600
_WITHOUT_BODY: Final = frozenset({204, 205, 304})
_SHARE: Final = re.compile(r"(?:0?\.[0-9]{1,9}|0|1|1\.0|0\.)", re.ASCII)
_MILLION: Final = 1_000_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Parameter:
    """One query parameter, which is also an option of the command line."""

    field: str
    form: str
    help: str
    read: Callable[[str], object]


def _size(text: str) -> int:
    size = size_bytes(text)
    if size > LARGEST_BYTES:
        raise ValueError(f"{text!r} is more than this server sends")
    return size


def _rate(text: str) -> int:
    rate = size_bytes(text)
    if not 0 < rate <= _RATE_MOST:
        raise ValueError(f"{text!r} is not a rate")
    return rate


def _cpu(text: str) -> int:
    ns = duration_ns(text)
    if ns > _CPU_MOST_NS:
        raise ValueError(f"{text!r} would keep everybody else waiting too long")
    return ns


def _flag(text: str) -> bool:
    if text not in {"0", "1"}:
        raise ValueError(f"{text[:40]!r} is neither 0 nor 1")
    return text == "1"


def _one_status(text: str) -> int:
    status = int(text) if re.fullmatch("[2-5][0-9]{2}", text, re.ASCII) else 0
    if not status or status in _WITHOUT_BODY:
        raise ValueError(f"{text[:40]!r} is not a status that can be answered")
    return status


def _one_fault(text: str) -> int:
    if text not in FAULTS:
        raise ValueError(f"{text[:40]!r} is not a fault")
    return FAULTS[text]


def _one_of(names: Collection[str]) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in names:
            raise ValueError(f"{text[:40]!r} is not one of {', '.join(names)}")
        return text

    return read


def _errors(text: str) -> Mix:
    if not _SHARE.fullmatch(text):
        raise ValueError(f"{text[:40]!r} is not a share")
    failing = int(Decimal(text) * _MILLION)
    return Mix(values=(200, 500), weights=(_MILLION - failing, failing))


PARAMETERS: Final[Mapping[str, Parameter]] = {
    "latency": Parameter(
        field="latency",
        form=latency.FORMS,
        help="delay from the request's arrival to its answer",
        read=latency.parse,
    ),
    "size": Parameter(
        field="size",
        form="bytes of the body: 128, 10k or 10KiB (1024 each), 10KB (1000 each); at most 16M",
        help="length of the answer's body (128)",
        read=_size,
    ),
    "rate": Parameter(
        field="rate",
        form="bytes per second of the body: 1 to 1024M, as 64k",
        help="send the body slowly, in pieces",
        read=_rate,
    ),
    "compressible": Parameter(
        field="compressible",
        form="0 or 1",
        help="1: a body of repeated text instead of noise",
        read=_flag,
    ),
    "encoding": Parameter(
        field="encoding",
        form="identity, gzip or br, whatever the client accepts (a body of at most 1M)",
        help="how the body is compressed on its way",
        read=compression.check,
    ),
    "cpu": Parameter(
        field="cpu_ns",
        form=f"{DURATION_FORM.replace('60s', '1s')}",
        help="CPU time burnt before the delay begins",
        read=_cpu,
    ),
    "status": Parameter(
        field="status",
        form="one status, or a mix such as 200:90,503:10; 200 to 599 without 204, 205, 304",
        help="status, or statuses with weights",
        read=lambda text: mix.parse(text, _one_status),
    ),
    "errors": Parameter(
        field="status",
        form="the share of answers with status 500: 0 to 1, as 0.1",
        help="share of answers with status 500; instead of status",
        read=_errors,
    ),
    "fault": Parameter(
        field="fault",
        form="none, reset, close or hang, or a mix such as none:95,reset:5",
        help="reset: no answer but RST; close: end in mid-body; hang: nothing, for at most 60 s",
        read=lambda text: mix.parse(text, _one_fault),
    ),
    "keepalive": Parameter(
        field="keepalive",
        form="0 or 1",
        help="0: close the connection after the answer",
        read=_flag,
    ),
    "stream": Parameter(
        field="stream",
        form=f"{stream.FORM}, or none",
        help="answer in pieces, the first and the gaps as latency is given",
        read=lambda text: None if text == "none" else stream.parse(text),
    ),
    "format": Parameter(
        field="format",
        form="raw, sse (server-sent events) or ndjson (a line of JSON for each piece)",
        help="how a stream's pieces are written (raw)",
        read=_one_of(pieces.SHAPES),
    ),
    "framing": Parameter(
        field="framing",
        form="chunked or close",
        help="how a stream's end is told: by a last chunk, or by closing (chunked)",
        read=_one_of(pieces.FRAMINGS),
    ),
    "midstream": Parameter(
        field="midstream",
        form=stream.BREAK_FORM,
        help="what goes wrong within a stream, counted from piece 0",
        read=stream.parse_breaks,
    ),
}


def combined(defaults: Plan, given: Mapping[str, str]) -> Plan:
    """Lay a request's parameters over the defaults.

    Raises:
        Problem: one is unknown, malformed or contradicts another.
    """
    fields: dict[str, Any] = {}
    for name, text in given.items():
        parameter = PARAMETERS.get(name)
        if parameter is None:
            allowed = ", ".join([*PARAMETERS, "draw"])
            raise bad_parameter(name, text, "there is no such parameter", allowed)
        if parameter.field in fields:
            detail = "status and errors exclude each other"
            raise bad_parameter(name, text, detail, parameter.form)
        try:
            fields[parameter.field] = parameter.read(text)
        except ValueError as error:
            raise bad_parameter(name, text, str(error), parameter.form) from None
    plan = replace(defaults, **fields)
    contradictions.check_stream(plan, given)
    if plan.rate is not None and plan.size > plan.rate * _SLOWEST_BODY_S:
        detail = f"a body of {plan.size} bytes would take more than {_SLOWEST_BODY_S} s"
        raise bad_parameter("rate", given.get("rate", ""), detail, PARAMETERS["rate"].form)
    if plan.encoding != compression.IDENTITY and plan.size > compression.LARGEST_BYTES:
        detail, form = f"{plan.size} bytes are too many to compress", PARAMETERS["encoding"].form
        raise bad_parameter("encoding", given.get("encoding", ""), detail, form)
    return plan
