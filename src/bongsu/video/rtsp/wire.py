"""What comes over an RTSP connection, cut into the camera's answers and its RTP packets (RFC 2326 10.12)."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from bongsu.video.codec import NotVideo

DOLLAR = 0x24
MOST_HEAD = 16_384
MOST_BODY = 65_536
_SENSE = re.compile(rb"[$A-Za-z]")


class Answer(msgspec.Struct, frozen=True):
    """A camera's answer; header names in lower case, each with all its values in their order."""

    status: int
    headers: dict[str, list[str]]
    body: bytes = b""

    def first(self, name: str) -> str:
        """A header's first value, "" where there is none."""
        return next(iter(self.headers.get(name, ())), "")


class Packet(msgspec.Struct, frozen=True, gc=False):
    """What came on one interleaved channel."""

    channel: int
    data: bytes


class Wire:
    """Takes bytes as they come, however they are cut; what is not whole waits for the rest."""

    def __init__(self) -> None:
        self._rest = b""

    def take(self, data: bytes) -> Iterator[Answer | Packet | None]:
        """What is whole now, in its order; None for a request of the camera's own. Raises NotVideo for no RTSP."""
        data = self._rest + data if self._rest else data
        at, size = 0, len(data)
        self._rest = b""
        while at < size:
            if data[at] == DOLLAR:
                end = at + 4 + (data[at + 2] << 8 | data[at + 3]) if at + 4 <= size else size + 1
                if end > size:
                    break
                yield Packet(data[at + 1], data[at + 4 : end])
            elif data[at : at + 1].isalpha():
                answer, end = _text(data, at)
                if end > size:
                    break
                yield answer
            else:  # some cameras send a few bytes of nothing between two packets
                sense = _SENSE.search(data, at)
                end = sense.start() if sense else size
            at = end
        self._rest = data[at:]


def _text(data: bytes, at: int) -> tuple[Answer | None, int]:
    """The answer that begins here (None: a request) and where it ends; behind the end of `data` if it is not whole."""
    empty = data.find(b"\r\n\r\n", at, at + MOST_HEAD)
    if empty < 0:
        if len(data) - at >= MOST_HEAD:
            raise NotVideo
        return None, len(data) + 1
    first, *lines = data[at:empty].decode("utf-8", "replace").splitlines()
    headers: dict[str, list[str]] = {}
    for line in lines:
        name, _, value = line.partition(":")
        headers.setdefault(name.strip().lower(), []).append(value.strip())
    begin = empty + 4
    end = begin + _length(headers)
    words = first.split(" ", 2)
    if len(words) > 1 and words[0].startswith("RTSP/") and words[1].isdecimal():
        return Answer(int(words[1]), headers, data[begin:end]), end
    if not words[-1].startswith("RTSP/"):
        raise NotVideo
    return None, end


def _length(headers: dict[str, list[str]]) -> int:
    said = next(iter(headers.get("content-length", ())), "0")
    if not said.isdecimal() or len(said) > 6 or int(said) > MOST_BODY:
        raise NotVideo
    return int(said)
