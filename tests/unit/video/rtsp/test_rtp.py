"""Packets become the pictures they were made of, as soon as they are whole, whatever a camera thinks of markers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bongsu.video import h264, h265, nal
from bongsu.video.codec import Family, Unsupported
from bongsu.video.meter import Flood
from bongsu.video.pictures import Picture
from bongsu.video.rtsp import rtp as rtp_module
from bongsu.video.rtsp.nals import Pieces, of_h264, of_h265
from bongsu.video.rtsp.rtp import TRIED, Depacketiser
from fakes.rtsp_camera import rtp

SPS, PPS, SEI = b"\x67\x42\xc0\x1e", b"\x68\xce\x3c\x80", b"\x06\x01\x02"
IDR, SLICE = b"\x65" + b"k" * 4000, b"\x41" + b"p" * 1800
KEY, DELTA = [SPS, PPS, IDR], [SLICE]
EVERY = 3000


class Camera:
    """Writes pictures as packets, one number after the other; `stamp` begins near the end of its 32 bits."""

    def __init__(self, *, stamp: int = 0, hevc: bool = False) -> None:
        self.sequence = 65_530
        self.stamp = stamp
        self.hevc = hevc

    def packets(self, nals: Sequence[bytes], *, marked: Iterable[int] | None = None, next_stamp: bool = True):
        """A picture's packets; `marked` are the places of the units that end with a marker, as usual the last."""
        places = {len(nals) - 1} if marked is None else set(marked)
        made = []
        for place, one in enumerate(nals):
            made += rtp(one, last=place in places, stamp=self.stamp, seq=self.sequence + len(made), hevc=self.hevc)
        self.sequence += len(made)
        if next_stamp:
            self.stamp = self.stamp + EVERY & 0xFFFFFFFF
        return made


def pictures_of(family: Family = h264.FAMILY, pieces: Pieces = of_h264) -> Depacketiser:
    return Depacketiser(family, pieces, 96)


def given_by(depacketiser: Depacketiser, packets: Iterable[bytes]) -> list[Picture]:
    return [picture for packet in packets for picture in depacketiser.take(packet, 7)]


def unit(picture: Picture) -> bytes:
    return b"".join(picture.parts)


def settled(camera: Camera, depacketiser: Depacketiser) -> Depacketiser:
    """After so many pictures that its markers are believed."""
    for nals in (KEY, *[DELTA] * (TRIED + 1)):
        given_by(depacketiser, camera.packets(nals))
    return depacketiser


def test_once_markers_have_proved_themselves_a_picture_is_whole_with_its_last_packet() -> None:
    camera, depacketiser = Camera(), pictures_of()
    waited = [len(given_by(depacketiser, camera.packets(nals))) for nals in (KEY, *[DELTA] * 5)]
    assert waited == [0, 1, 1, 2, 1, 1]
    packets = camera.packets(KEY)
    assert given_by(depacketiser, packets[:-1]) == []
    (picture,) = given_by(depacketiser, packets[-1:])
    assert (nal.split(unit(picture)), picture.is_key, picture.arrival_us) == (KEY, True, 7)


def test_a_camera_that_marks_every_slice_has_its_pictures_whole_all_the_same() -> None:
    camera, depacketiser = Camera(), pictures_of()
    wanted = [[SPS, PPS, IDR, IDR], *[[SLICE, SLICE]] * 6]
    found = [picture for nals in wanted for picture in given_by(depacketiser, camera.packets(nals, marked=range(9)))]
    assert [nal.split(unit(picture)) for picture in found] == wanted[:-1]


def test_a_camera_that_begins_to_mark_every_slice_later_loses_one_picture_and_no_more() -> None:
    camera = Camera()
    depacketiser = settled(camera, pictures_of())
    wanted = [[SLICE, SLICE]] * 5
    found = [picture for nals in wanted for picture in given_by(depacketiser, camera.packets(nals, marked=range(9)))]
    assert [nal.split(unit(picture)) for picture in found][2:] == wanted[1:-1]


def test_a_camera_without_markers_is_known_by_its_stamps() -> None:
    camera, depacketiser = Camera(), pictures_of()
    wanted = [KEY, *[DELTA] * 6]
    found = [picture for nals in wanted for picture in given_by(depacketiser, camera.packets(nals, marked=()))]
    assert [nal.split(unit(picture)) for picture in found] == wanted[:-1]


def test_parameter_sets_with_a_stamp_and_a_marker_of_their_own_go_with_the_picture_behind_them() -> None:
    camera, depacketiser = Camera(), pictures_of()
    settled(camera, depacketiser)
    found = given_by(depacketiser, [*camera.packets([SPS, PPS]), *camera.packets([SEI]), *camera.packets([IDR])])
    assert [(nal.split(unit(picture)), picture.is_key) for picture in found] == [([SPS, PPS, SEI, IDR], True)]


def test_sets_between_slices_are_handed_on_in_pieces_so_that_every_one_is_looked_at() -> None:
    camera, depacketiser = Camera(), pictures_of()
    mixed = [SPS, PPS, IDR, SPS, PPS, IDR]
    (picture,) = given_by(depacketiser, [*camera.packets(mixed), *camera.packets(DELTA)])
    assert len(picture.parts) > 1
    assert nal.split(unit(picture)) == mixed


@pytest.mark.parametrize("believed", [False, True])
@pytest.mark.parametrize("lost", [0, 1, -1])
def test_a_picture_of_which_a_packet_is_missing_is_left_out_and_the_next_is_not(believed: bool, lost: int) -> None:
    camera, depacketiser = Camera(), pictures_of()
    given_by(depacketiser, camera.packets(DELTA))
    if believed:
        settled(camera, depacketiser)
    broken = camera.packets(KEY)
    del broken[lost]
    whole = [[SLICE + bytes([mark])] for mark in b"abcd"]
    found = given_by(depacketiser, [*broken, *(packet for nals in whole for packet in camera.packets(nals))])
    kept = [nal.split(unit(picture)) for picture in found]
    assert KEY not in kept
    assert not any(one[-1][:1] == b"\x65" for one in kept)
    assert [one for one in kept if one in whole][-2:] == (whole[-2:] if believed else whole[-3:-1])


def test_stamps_go_on_where_their_32_bits_end_and_back_where_a_camera_shows_pictures_out_of_order() -> None:
    camera = Camera(stamp=2**32 - EVERY)
    depacketiser = pictures_of()
    found = given_by(depacketiser, [packet for _ in range(3) for packet in camera.packets(KEY)])
    camera.stamp = camera.stamp - 4 * EVERY & 0xFFFFFFFF
    found += given_by(depacketiser, [*camera.packets(DELTA), *camera.packets(DELTA)])
    pts = [picture.pts for picture in found if picture.pts is not None]
    assert [stamp - pts[0] for stamp in pts] == [0, EVERY, 2 * EVERY, -EVERY, 0]


def test_what_is_behind_sources_an_extension_and_before_padding_is_the_payload() -> None:
    plain = rtp(SLICE[:50], last=True, stamp=0, seq=1)[0]
    dressed = bytes([0x80 | 0x20 | 0x10 | 2]) + plain[1:12] + bytes(8) + b"\xbe\xde\x00\x01" + bytes(4) + plain[12:]
    depacketiser = pictures_of()
    given_by(depacketiser, [dressed + b"\x00\x00\x03"])
    (picture,) = given_by(depacketiser, Camera(stamp=EVERY).packets(DELTA))
    assert nal.split(unit(picture)) == [SLICE[:50]]


def test_other_payload_types_and_rumps_are_passed_over() -> None:
    camera, depacketiser = Camera(), pictures_of()
    other = bytes([0x80, 0x80 | 97]) + camera.packets(DELTA, next_stamp=False)[0][2:]
    assert given_by(depacketiser, [b"", b"\x80" * 11, other, b"\x00" * 40]) == []
    assert len(given_by(settled(camera, depacketiser), camera.packets(DELTA))) == 1


def test_several_units_in_one_packet_are_taken_apart() -> None:
    whole = b"\x18" + b"".join(len(one).to_bytes(2) + one for one in (SPS, PPS, IDR[:99])) + b"\x00\x09rump"
    depacketiser, camera = pictures_of(), Camera(stamp=EVERY)
    packet = rtp(whole, last=True, stamp=0, seq=camera.sequence - 1)[0]
    (picture,) = given_by(depacketiser, [packet, *camera.packets(DELTA)])
    assert (nal.split(unit(picture)), picture.is_key) == ([SPS, PPS, IDR[:99]], True)


def test_h265_is_put_together_from_units_fragments_and_aggregates() -> None:
    vps, sps, pps, idr = (bytes([kind << 1, 1]) + b"x" * size for kind, size in ((32, 9), (33, 9), (34, 9), (19, 4000)))
    camera, depacketiser = Camera(hevc=True), pictures_of(h265.FAMILY, of_h265)
    together = bytes([48 << 1, 1]) + b"".join(len(one).to_bytes(2) + one for one in (vps, sps, pps))
    packets = [*camera.packets([together, idr]), *camera.packets([b"\x02\x01rest"])]
    (picture,) = given_by(depacketiser, packets)
    assert (nal.split(unit(picture)), picture.is_key) == ([vps, sps, pps, idr], True)


@pytest.mark.parametrize(("pieces", "form"), [(of_h264, 25), (of_h264, 29), (of_h265, 50)])
def test_interleaved_packets_that_nobody_agreed_on_are_named(pieces: Pieces, form: int) -> None:
    head = bytes([form]) if pieces is of_h264 else bytes([form << 1, 1])
    with pytest.raises(Unsupported):
        list(pieces(head + b"rest"))


def test_a_picture_without_an_end_is_a_flood(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rtp_module, "MOST_BYTES", 10_000)
    camera, depacketiser = Camera(), pictures_of()
    with pytest.raises(Flood):
        given_by(depacketiser, camera.packets([IDR] * 4))


UNITS = st.lists(
    st.tuples(st.sampled_from(b"\x61\x65\x67\x68\x06"), st.binary(min_size=1, max_size=3000)), min_size=1, max_size=4
)


@given(st.lists(UNITS, min_size=1, max_size=6))
def test_every_picture_with_a_slice_comes_out_with_all_its_units(pictures: list[list[tuple[int, bytes]]]) -> None:
    # Ends in a byte that is no zero, holds no start code: as every NAL unit.
    wanted = [[bytes([head]) + body.replace(b"\x00", b"\x02") for head, body in units] for units in pictures]
    camera, depacketiser = Camera(), pictures_of()
    wanted.append(KEY)
    found = given_by(depacketiser, [packet for nals in [*wanted, DELTA] for packet in camera.packets(nals)])
    told = [one for picture in found for one in nal.split(unit(picture))]
    everything = [one for nals in wanted for one in nals]
    assert told[: len(everything)] == everything


@given(st.lists(st.binary(min_size=12, max_size=60).map(lambda rest: b"\x80\x60" + rest), max_size=30))
def test_no_packet_is_another_exception(packets: list[bytes]) -> None:
    for family, pieces in ((h264.FAMILY, of_h264), (h265.FAMILY, of_h265)):
        try:
            given_by(pictures_of(family, pieces), packets)
        except Unsupported:
            continue
