"""The head of an answer: what it says, and when it has said it all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waitbench.services.http_head import Head, read

WHOLE = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nServer: x\r\n\r\nhello"


def test_a_length_tells_where_the_answer_ends() -> None:
    length = WHOLE.index(b"hello")
    assert read(WHOLE) == Head(status=200, length=length, ends=len(WHOLE), closes=False)


def test_without_a_length_it_ends_with_the_connection() -> None:
    head = b"HTTP/1.1 503 No\r\n\r\n"
    assert read(head) == Head(status=503, length=len(head), ends=None, closes=True)


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 200 OK\r\nconnection: Close\r\ncontent-length: 0\r\n\r\n",
        b"HTTP/1.0 200 OK\r\ncontent-length: 0\r\n\r\n",
    ],
)
def test_a_server_that_closes_is_heard(head: bytes) -> None:
    answer_head = read(head)
    assert answer_head is not None
    assert answer_head.closes


@given(st.integers(0, len(WHOLE) - len(b"hello") - 1))
def test_half_a_head_says_nothing(cut: int) -> None:
    assert read(WHOLE[:cut]) is None


@pytest.mark.parametrize(
    ("came", "wrong"),
    [
        (b"hello\r\n\r\n", "no HTTP: b'hello"),
        (b"HTTP/1.1 ok\r\n\r\n", "no HTTP"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "in chunks"),
    ],
)
def test_what_cannot_be_read_is_said(came: bytes, wrong: str) -> None:
    with pytest.raises(ValueError, match=wrong):
        read(came)
