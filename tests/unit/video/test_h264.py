"""Reading H.264 without decoding it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bongsu.video import h264
from fakes.rtsp_camera import encode

NAL = st.binary(min_size=1, max_size=60).filter(lambda nal: b"\x00\x00" not in nal and nal[0] != 0 and nal[-1] != 0)


@given(st.lists(NAL))
def test_what_is_joined_is_split_again(nals: list[bytes]) -> None:
    assert h264.split(h264.annex_b(nals)) == nals


@given(st.binary(max_size=200))
def test_no_bytes_make_splitting_fail(raw: bytes) -> None:
    assert all(h264.split(raw))


@pytest.mark.parametrize(("width", "height"), [(640, 360), (1920, 1080), (352, 288), (322, 182)])
def test_the_size_is_read_from_the_sps(width: int, height: int) -> None:
    nals = h264.split(encode(width=width, height=height, frames=1)[0])
    found = h264.header(h264.find(nals, h264.SPS) or b"", h264.find(nals, h264.PPS) or b"")
    assert (found.width, found.height) == (width, height)
    assert found.codec.startswith("avc1.42c0")


def test_the_size_of_a_high_profile_stream_is_read_too() -> None:
    nals = h264.split(encode(profile="high", width=1280, height=720, frames=1)[0])
    found = h264.header(h264.find(nals, h264.SPS) or b"", h264.find(nals, h264.PPS) or b"")
    assert (found.width, found.height) == (1280, 720)
    assert found.codec.startswith("avc1.64")


@given(st.binary(max_size=80), st.binary(max_size=20))
def test_broken_parameter_sets_are_unsupported_and_nothing_worse(sps: bytes, pps: bytes) -> None:
    with pytest.raises(h264.Unsupported):
        h264.header(b"\x67" + sps[:3], b"\x68" + pps)
    try:
        found = h264.header(b"\x67" + sps, b"\x68" + pps)
    except h264.Unsupported:
        return
    assert 16 <= found.width <= 16_384
