from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp.http_exceptions import BadStatusLine

from waitbench_server import complaints

if TYPE_CHECKING:
    import pytest


def failed() -> ValueError:
    try:
        int("x", 99)
    except ValueError as error:
        return error
    raise AssertionError


def test_failures_are_one_line_each_and_not_without_end(capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(30):
        complaints.logger().error("Error handling request", exc_info=failed())
    written = capsys.readouterr().err.splitlines()
    assert len(written) == 10
    assert "base must be" in written[0]
    assert __file__ in written[0]


def test_what_clients_do_wrong_is_no_news(capsys: pytest.CaptureFixture[str]) -> None:
    complaints.logger().error("Error handling request", exc_info=BadStatusLine("junk"))
    assert capsys.readouterr().err == ""
