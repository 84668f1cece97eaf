"""What OpenAI's clients are answered: chunks of a chat completion, or all of it at once."""

from __future__ import annotations

import json
from hashlib import shake_256
from time import time
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from waitbench_server.chat import Chat
    from waitbench_server.pieces import Sent

_TEXT: Final = (
    "a able about after again all also and any are ask at back be been before both but by call can"
    " come could day do down each even find first for from get give go good has have her here him"
    " his how if in into is it its just know last let like line long look made make many may more"
    " most much must my new no not now of old on one only or other our out over own part place put"
    " read right run same say see she should show so some such take tell than that the their them"
    " then there these they thing this time to too two under up use very want was way we well went"
    " were what when where which while who will with word work would year you your"
)
_WORDS: Final = _TEXT.split()


class Chunks:
    """The shape of such a stream: a `chat.completion.chunk` for each token, then `[DONE]`.

    What was sent when stands in comments before that mark, which every client skips.
    """

    content_type = b"Content-Type: text/event-stream; charset=utf-8\r\nCache-Control: no-cache\r\n"

    def __init__(self, chat: Chat, number: int) -> None:
        self._chat = chat
        self._number = number
        self._created = int(time())

    def text(self, piece: int) -> str:
        """Return a token: a word, which depends on the stream and its place alone."""
        draw = shake_256(b"%d/%d" % (self._number, piece)).digest(2)
        return " " * (piece > 0) + _WORDS[int.from_bytes(draw) % len(_WORDS)]

    def event(self, piece: int, text: str) -> bytes:
        """Write a token."""
        delta = {"content": text} if piece else {"role": "assistant", "content": text}
        return self._chunk([{"index": 0, "delta": delta, "finish_reason": None}])

    def malformed(self, piece: int, text: str) -> bytes:
        """Write the first half of a token's JSON."""
        whole = self.event(piece, text)
        return whole[: len(whole) // 2] + b"\n\n"

    def end(self, sent: Sent) -> list[bytes]:
        """Write why it ends, how many tokens if that is asked, what was sent when, the mark."""
        finish = {"index": 0, "delta": {}, "finish_reason": self._reason}
        events = [self._chunk([finish])]
        if self._chat.usage:
            events.append(self._chunk([], usage=self._usage()))
        events += [f": sent {table}\n\n".encode() for table in sent.tables()]
        return [*events, f": end {sent.end()}\n\n".encode(), b"data: [DONE]\n\n"]

    def trailers(self, sent: Sent) -> bytes:
        """Write none: the comments have said it."""
        del sent
        return b""

    def whole(self) -> bytes:
        """Return the answer to a client that wants all tokens at once."""
        count = self._chat.stream.count
        message = {"role": "assistant", "content": "".join(map(self.text, range(count)))}
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": self._reason}
        document = {**self._document("chat.completion", [choice]), "usage": self._usage()}
        return json.dumps(document).encode()

    @property
    def _reason(self) -> str:
        return "length" if self._chat.cut else "stop"

    def _usage(self) -> dict[str, int]:
        prompt, told = self._chat.prompt, self._chat.stream.count
        return {
            "prompt_tokens": prompt,
            "completion_tokens": told,
            "total_tokens": prompt + told,
        }

    def _chunk(self, choices: list[dict[str, Any]], **members: object) -> bytes:
        document = {**self._document("chat.completion.chunk", choices), **members}
        return f"data: {json.dumps(document)}\n\n".encode()

    def _document(self, kind: str, choices: list[dict[str, Any]]) -> dict[str, Any]:
        return {
            "id": f"chatcmpl-{self._number}",
            "object": kind,
            "created": self._created,
            "model": self._chat.model,
            "choices": choices,
        }
