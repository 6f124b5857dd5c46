"""Reading H.264 and H.265 without decoding them."""

from __future__ import annotations

import io

import av
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bongsu.video import h264, h265, nal
from bongsu.video.codec import Family, Header, Unsupported
from bongsu.video.fmp4 import Fragments
from bongsu.video.ingest import frame
from fakes.rtsp_camera import encode

NAL = st.binary(min_size=1, max_size=60).filter(lambda nal: b"\x00\x00" not in nal and nal[0] != 0 and nal[-1] != 0)


def header_of(unit: bytes, family: Family = h264.FAMILY) -> Header:
    header = family.learn(None, nal.split(unit))
    assert header is not None
    return header


@given(st.lists(NAL))
def test_what_is_joined_is_split_again(nals: list[bytes]) -> None:
    assert nal.split(nal.annex_b(nals)) == nals


@given(st.binary(max_size=200))
def test_no_bytes_make_splitting_fail(raw: bytes) -> None:
    assert all(nal.split(raw))


@pytest.mark.parametrize(("width", "height"), [(640, 360), (1920, 1080), (352, 288), (322, 182)])
def test_the_size_is_read_from_the_sps(width: int, height: int) -> None:
    found = header_of(encode(width=width, height=height, frames=1)[0])
    assert (found.width, found.height) == (width, height)
    assert found.codec.startswith("avc1.42c0")


def test_the_size_of_a_high_profile_stream_is_read_too() -> None:
    found = header_of(encode(profile="high", width=1280, height=720, frames=1)[0])
    assert (found.width, found.height) == (1280, 720)
    assert found.codec.startswith("avc1.64")


@pytest.mark.parametrize(("width", "height"), [(640, 360), (1920, 1080), (322, 182)])
def test_an_h265_stream_says_its_size_and_codec_and_another_reader_opens_it(width: int, height: int) -> None:
    units = encode(codec="libx265", width=width, height=height, frames=3)
    header = header_of(units[0], h265.FAMILY)
    assert (header.width, header.height, header.name) == (width, height, "hevc")
    assert header.codec.startswith("hev1.1.6.L")
    fragments = Fragments(header)
    pieces = [
        fragments.fragment(frame(unit, key=not at, arrival_us=at, pts_us=at * 66_667)) for at, unit in enumerate(units)
    ]
    with av.open(io.BytesIO(fragments.init + b"".join(pieces)), format="mp4") as opened:
        pictures = list(opened.decode(video=0))
    assert [(picture.width, picture.height) for picture in pictures] == [(width, height)] * 3


def test_the_sets_of_a_keyframe_are_kept_once_and_those_it_lacks_are_put_in_front() -> None:
    for family, codec in ((h264.FAMILY, "libx264"), (h265.FAMILY, "libx265")):
        unit = encode(codec=codec, frames=1)[0]
        header = header_of(unit, family)
        bare = [one for one in nal.split(unit) if family.kind(one) not in family.sets]
        assert nal.split(family.whole([*header.sets, *header.sets, *bare], header))[: len(header.sets)] == list(
            header.sets
        )
        assert family.whole(bare, header) == family.whole([*header.sets, *bare], header)
        assert family.is_key(bare)
        assert family.learn(header, bare) is header


@given(st.binary(max_size=80), st.binary(max_size=20))
def test_broken_parameter_sets_are_unsupported_and_nothing_worse(sps: bytes, pps: bytes) -> None:
    with pytest.raises(Unsupported):
        h264.header((b"\x67" + sps[:3], b"\x68" + pps))
    try:
        found = h264.header((b"\x67" + sps, b"\x68" + pps))
    except Unsupported:
        return
    assert 16 <= found.width <= 16_384


@given(st.binary(max_size=20), st.binary(max_size=120), st.binary(max_size=20))
def test_broken_h265_sets_are_unsupported_and_nothing_worse(vps: bytes, sps: bytes, pps: bytes) -> None:
    with pytest.raises(Unsupported):
        h265.header((b"\x40\x01" + vps, b"\x42\x01" + sps[:13], b"\x44\x01" + pps))
    try:
        found = h265.header((b"\x40\x01" + vps, b"\x42\x01" + sps, b"\x44\x01" + pps))
    except Unsupported:
        return
    assert 16 <= found.width <= 16_384


def test_the_slices_of_a_keyframe_stay_one_piece_as_they_came() -> None:
    slices = b"\x65\x88first" + nal.START + b"\x65\x88second"
    unit = b"".join(nal.START + one for one in (b"\x09\xf0", b"\x67sps", b"\x68pps", b"\x06sei", slices))
    assert nal.lead(unit, h264.FAMILY.is_slice) == [b"\x09\xf0", b"\x67sps", b"\x68pps", b"\x06sei", slices]
    assert nal.annex_b(nal.lead(unit, h264.FAMILY.is_slice)) == unit


def test_an_access_unit_without_a_slice_is_only_its_leading_units() -> None:
    assert nal.lead(nal.START + b"\x67sps" + nal.START + b"\x68pps\x00", h264.FAMILY.is_slice) == [
        b"\x67sps",
        b"\x68pps",
    ]
    assert nal.lead(b"no start code", h264.FAMILY.is_slice) == []


@pytest.mark.parametrize("long", [0, 1])
def test_a_parameter_set_of_thousands_of_bytes_is_not_read_bit_by_bit(long: int) -> None:
    sets = [b"\x67\x42\xc0\x1e", b"\x68\xce\x3c\x80"]
    sets[long] += bytes(5000)
    with pytest.raises(Unsupported, match="thousands of bytes"):
        h264.FAMILY.learn(None, sets)
