"""The process that draws: orders on stdin, and on stdout a line of JSON for each as it is done."""

from __future__ import annotations

import base64
import json
import resource
import signal
import sys
from typing import Any


def main() -> None:
    """Draw until all is done, the time is over, or the library ends this process."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # no file of a crash is left behind
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who asked for the drawings ends this process
    request = json.load(sys.stdin.buffer)
    signal.alarm(request["limit_s"])  # whoever asked may be gone
    for order in request["orders"]:
        print(json.dumps(answer(order)), flush=True)  # noqa: T201  this is what is asked for


def answer(order: dict[str, Any]) -> dict[str, str]:
    """Return a drawing in Base 64, or what was wrong with the order."""
    try:
        return {"drawing": base64.b64encode(_drawn(**order)).decode()}
    except Exception as fault:  # noqa: BLE001  whatever it is, the others can be drawn
        return {"fault": " ".join(f"{type(fault).__name__}: {fault}".split())[:200]}


def _drawn(form: str, spec: dict[str, Any], scale: int) -> bytes:
    import vl_convert

    if form == "script":
        return vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;").encode()
    if form == "svg":
        return vl_convert.vegalite_to_svg(spec).encode()
    if form == "png":
        return bytes(vl_convert.vegalite_to_png(spec, scale=scale))
    return bytes(vl_convert.vegalite_to_pdf(spec))


if __name__ == "__main__":
    main()
