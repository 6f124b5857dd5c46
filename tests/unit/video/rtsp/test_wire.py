"""However the bytes are cut on their way, the same answers and packets are heard."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bongsu.video.codec import NotVideo
from bongsu.video.rtsp.wire import Answer, Packet, Wire

OK = b"RTSP/1.0 200 OK\r\nCSeq: 3\r\nWWW-Authenticate: Basic\r\nwww-authenticate: Digest\r\n\r\n"
BODY = b"RTSP/1.0 200 OK\r\nContent-Length: 5\r\n\r\n$\x00v=0"
REQUEST = b"OPTIONS rtsp://us/ RTSP/1.0\r\nCSeq: 1\r\n\r\n"

ITEMS = st.one_of(
    st.builds(Packet, st.integers(0, 255), st.binary(max_size=40)),
    st.sampled_from([OK, BODY, REQUEST, b"\r\n", b"\x00\x00"]),
)


def written(item: Packet | bytes) -> bytes:
    if isinstance(item, bytes):
        return item
    return b"$" + bytes([item.channel]) + len(item.data).to_bytes(2) + item.data


def heard(stream: bytes, cuts: list[int]) -> list[Answer | Packet]:
    wire = Wire()
    at = sorted({0, *(cut % (len(stream) + 1) for cut in cuts), len(stream)})
    return [item for begin, end in pairwise(at) for item in wire.take(stream[begin:end])]


@given(st.lists(ITEMS, max_size=8), st.lists(st.integers(0, 2000), max_size=12))
def test_it_does_not_matter_where_the_bytes_are_cut(items: list[Packet | bytes], cuts: list[int]) -> None:
    stream = b"".join(map(written, items))
    found = heard(stream, cuts)
    assert [one for one in found if isinstance(one, Packet)] == [one for one in items if isinstance(one, Packet)]
    assert len([one for one in found if isinstance(one, Answer)]) == items.count(OK) + items.count(BODY)


def test_an_answer_has_its_headers_in_lower_case_and_its_body_to_the_last_byte() -> None:
    first, second = heard(OK + BODY, [])
    assert isinstance(first, Answer)
    assert (first.status, first.first("cseq"), first.headers["www-authenticate"]) == (200, "3", ["Basic", "Digest"])
    assert second == Answer(200, {"content-length": ["5"]}, b"$\x00v=0")


@pytest.mark.parametrize(
    "stream",
    [
        b"HTTP/1.1 200 OK\r\n\r\n",
        b"SSH-2.0-OpenSSH_9.2\r\n\r\n",
        b"RTSP/1.0 200 OK\r\nContent-Length: 900000\r\n\r\n",
        b"RTSP/1.0 200 OK\r\nContent-Length: many\r\n\r\n",
        b"RTSP/1.0 200 OK\r\n" + b"X: y\r\n" * 4000,
    ],
)
def test_what_is_no_rtsp_is_told_and_not_waited_for(stream: bytes) -> None:
    with pytest.raises(NotVideo):
        heard(stream, [])


@given(st.binary(max_size=300), st.lists(st.integers(0, 300), max_size=6))
def test_no_bytes_are_another_exception(stream: bytes, cuts: list[int]) -> None:
    try:
        heard(stream, cuts)
    except NotVideo:
        return
