"""Load generators of others: how each is called for a rate and a time, and what it reports."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from waitbench.scenario import BenchError
from waitbench.stats.quantiles import nearest_rank

if TYPE_CHECKING:
    from collections.abc import Sequence

MS_PER = {"us": 1e-3, "µs": 1e-3, "ms": 1.0, "s": 1e3, "m": 60e3}
LOCUSTFILE = Path(__file__).with_name("_locustfile.py")
BEYOND_S = 30.0
"""So much longer than asked for a generator may take before it is stopped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantiles:
    """Latencies in milliseconds, and of how many requests; None where a report does not say."""

    p50: float
    p90: float
    p99: float
    requests: int | None = None


Reader = Callable[[str], Quantiles]


@dataclass(frozen=True, slots=True, kw_only=True)
class Generator:
    """One program.

    Attributes:
        command: what to type, from address, seconds, requests per second and users.
        read: its report, as quantiles.
        stdin: what it is told besides, if anything.
    """

    command: Callable[[str, float, float, int], list[str]]
    read: Reader
    stdin: Callable[[str, float, float, int], str] | None = None


def quantiles(latencies_ms: Sequence[float]) -> Quantiles:
    """Return the nearest-rank quantiles.

    Raises:
        BenchError: there are none.
    """
    ordered = sorted(latencies_ms)
    if not ordered:
        raise BenchError("nothing was answered")
    p50, p90, p99 = (nearest_rank(ordered, share) for share in (0.5, 0.9, 0.99))
    return Quantiles(p50=p50, p90=p90, p99=p99, requests=len(ordered))


def installed() -> list[str]:
    """Return the names of the generators that are installed here."""
    return [name for name in ALL if shutil.which(name)]


def drive(name: str, url: str, seconds: float, rate: float, users: int) -> Quantiles:
    """Run one generator against an address.

    Raises:
        BenchError: it failed, took too long, or its report cannot be read.
    """
    generator = ALL[name]
    script = generator.stdin(url, seconds, rate, users) if generator.stdin else None
    try:
        done = subprocess.run(
            generator.command(url, seconds, rate, users),
            input=script,
            stdin=None if script else subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=seconds + BEYOND_S,
        )
    except subprocess.TimeoutExpired:
        raise BenchError(f"{name} did not end within {seconds + BEYOND_S:g} s") from None
    if done.returncode:
        raise BenchError(f"{name} failed: {(done.stderr or done.stdout).strip()[-200:]}")
    try:
        return generator.read(done.stdout)
    except (ValueError, KeyError, TypeError):
        raise BenchError(f"{name} reported no latencies: {done.stdout.strip()[:200]}") from None


def wrk(report: str) -> Quantiles:
    """Read `  50%   50.42ms`, and `990 requests in 5.01s`."""
    matches = re.findall(r"^\s+(50|90|99)%\s+([\d.]+)(us|ms|s|m) *$", report, re.MULTILINE)
    return _quantiles(matches, re.findall(r"^\s*(\d+) requests in ", report, re.MULTILINE))


def hey(report: str) -> Quantiles:
    """Read `  50% in 0.0504 secs` (some versions write the sign twice), `[200] 990 responses`."""
    matches = re.findall(r"^\s+(50|90|99)%+ in ([\d.]+) sec(s)", report, re.MULTILINE)
    return _quantiles(matches, re.findall(r"^\s*\[\d+\]\s+(\d+) responses", report, re.MULTILINE))


def autocannon(report: str) -> Quantiles:
    """Read its JSON, in whole milliseconds."""
    document = json.loads(report)
    latency, requests = document["latency"], document.get("requests", {}).get("total")
    return Quantiles(p50=latency["p50"], p90=latency["p90"], p99=latency["p99"], requests=requests)


def oha(report: str) -> Quantiles:
    """Read its JSON, in seconds."""
    document = json.loads(report)
    latency, statuses = document["latencyPercentiles"], document.get("statusCodeDistribution")
    p50, p90, p99 = (latency[name] * 1e3 for name in ("p50", "p90", "p99"))
    requests = sum(statuses.values()) if statuses else None
    return Quantiles(p50=p50, p90=p90, p99=p99, requests=requests)


def k6(report: str) -> Quantiles:
    """Read `http_req_duration....: med=50.43ms p(90)=51ms p(99)=52ms`."""
    line = re.search(r"http_req_duration[ .]*:(.*)", report)
    if line is None:
        raise ValueError(report)
    pattern = r"(med|p\(90\)|p\(99\))=([\d.]+)(us|µs|ms|s|m)"
    names = {"med": "50", "p(90)": "90", "p(99)": "99"}
    return _quantiles(
        [(names[name], figure, unit) for name, figure, unit in re.findall(pattern, line[1])],
        re.findall(r"http_reqs[ .]*: *(\d+)", report),
    )


def locust(report: str) -> Quantiles:
    """Read its JSON: how often each latency came, in milliseconds of two digits from 100 ms on."""
    (row,) = json.loads(report)
    times = {float(ms): count for ms, count in row["response_times"].items()}
    return quantiles([ms for ms, count in times.items() for _ in range(count)])


def _quantiles(matches: Sequence[tuple[str, str, str]], requests: Sequence[str] = ()) -> Quantiles:
    by = {percent: float(figure) * MS_PER[unit] for percent, figure, unit in matches}
    counted = sum(map(int, requests)) if requests else None
    return Quantiles(p50=by["50"], p90=by["90"], p99=by["99"], requests=counted)


def _k6_script(url: str, seconds: float, rate: float, users: int) -> str:
    # Users enough for all who wait while the target stands still.
    options = {
        "scenarios": {
            "even": {
                "executor": "constant-arrival-rate",
                "rate": rate,
                "timeUnit": "1s",
                "duration": f"{seconds:g}s",
                "preAllocatedVUs": round(2 * rate),
            }
        },
        "summaryTrendStats": ["med", "p(90)", "p(99)"],
    }
    del users
    return (
        "import http from 'k6/http';\n"
        f"export const options = {json.dumps(options)};\n"
        f"export default function () {{ http.get('{url}/'); }}\n"
    )


ALL = {
    "wrk": Generator(
        command=lambda url, seconds, _rate, users: [
            "wrk", "--latency", "-t1", f"-c{users}", f"-d{seconds:g}s", f"{url}/",
        ],
        read=wrk,
    ),
    "hey": Generator(
        command=lambda url, seconds, rate, users: [
            "hey", "-z", f"{seconds:g}s", "-c", f"{users}", "-q", f"{rate / users:g}", f"{url}/",
        ],
        read=hey,
    ),
    "autocannon": Generator(
        command=lambda url, seconds, rate, users: [
            "autocannon", "--json", "-c", f"{users}", "-R", f"{rate:g}", "-d", f"{seconds:g}",
            f"{url}/",
        ],
        read=autocannon,
    ),
    "oha": Generator(
        command=lambda url, seconds, rate, _users: [
            "oha", "--no-tui", "--output-format", "json", "--latency-correction", "-c", "300",
            "-q", f"{rate:g}", "-z", f"{seconds:g}s", f"{url}/",
        ],
        read=oha,
    ),
    "k6": Generator(
        command=lambda _url, _seconds, _rate, _users: ["k6", "run", "--quiet", "-"],
        read=k6,
        stdin=_k6_script,
    ),
    "locust": Generator(
        command=lambda url, seconds, rate, users: [
            "env", f"PER_USER={rate / users:g}", "locust", "-f", str(LOCUSTFILE), "--headless",
            "--json", "-u", f"{users}", "-r", f"{users}", "-t", f"{seconds:g}s", "-H", url,
        ],
        read=locust,
    ),
}  # fmt: skip
"""By name: wrk and hey as people mostly call them, the others with their open load."""
