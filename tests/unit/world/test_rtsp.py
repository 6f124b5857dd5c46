"""The words and packets of the simulated cameras are the standard's."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bongsu.world.camera import rtsp
from bongsu.world.camera.encoder import frame_at, frame_ms, parameter_sets, split_units
from bongsu.world.camera.rtp import MAX_PAYLOAD, Packetiser


def packets(stream: bytes) -> list[tuple[int, bytes]]:
    found = []
    while stream:
        assert stream[0] == 0x24
        size = int.from_bytes(stream[2:4], "big")
        found.append((stream[1], stream[4 : 4 + size]))
        stream = stream[4 + size :]
    return found


def put_together(found: list[tuple[int, bytes]]) -> list[bytes]:
    """A receiver after RFC 6184 §5.8."""
    nals: list[bytes] = []
    open_unit = False
    for _, packet in found:
        payload = packet[12:]
        if payload[0] & 0x1F != 28:
            nals.append(payload)
        elif payload[1] & 0x80:
            open_unit = True
            nals.append(bytes([payload[0] & 0xE0 | payload[1] & 0x1F]) + payload[2:])
        else:
            assert open_unit
            nals[-1] += payload[2:]
            open_unit = not payload[1] & 0x40
    assert not open_unit
    return nals


@given(st.lists(st.tuples(st.sampled_from([0x65, 0x41, 0x67]), st.integers(1, 6000)), min_size=1, max_size=4))
def test_a_receiver_gets_every_nal_unit_back(shapes: list[tuple[int, int]]) -> None:
    nals = [bytes([head]) + bytes(1 + n % 250 for n in range(size)) for head, size in shapes]
    unit = b"".join(b"\x00\x00\x00\x01" + nal for nal in nals)
    found = packets(Packetiser(77, 2).pack(unit, 1_790_000_000_000))
    assert put_together(found) == nals
    assert all(channel == 2 and len(packet) <= MAX_PAYLOAD + 12 for channel, packet in found)
    assert [packet[1] >> 7 for _, packet in found] == [0] * (len(found) - 1) + [1]


def test_sequence_numbers_run_on_and_wrap() -> None:
    packetiser = Packetiser(1, 0)
    packetiser.sequence = 0xFFFF
    sent = packets(packetiser.pack(b"\x00\x00\x01\x65abc\x00\x00\x01\x41def", 0))
    assert [int.from_bytes(packet[2:4], "big") for _, packet in sent] == [0xFFFF, 0]


def test_parameter_sets_say_baseline_3_1() -> None:
    sps, pps = parameter_sets()
    assert sps[0] & 0x1F == 7
    assert pps[0] & 0x1F == 8
    assert sps[1] == 0x42
    assert sps[3] == 31


def test_start_codes_of_three_and_four_bytes_are_split() -> None:
    assert split_units(b"\0\0\0\1\x67ab\0\0\1\x68c\0\0\0\1\x65d") == [b"\x67ab", b"\x68c", b"\x65d"]


@given(st.integers(0, 2**42))
def test_a_frame_is_never_taken_in_the_future(ms: int) -> None:
    number = frame_at(ms)
    assert frame_ms(number) <= ms < frame_ms(number + 1)


async def read(data: bytes) -> rtsp.Ask | None:
    reader = asyncio.StreamReader()
    reader.feed_data(data)
    reader.feed_eof()
    return await rtsp.read_ask(reader)


async def test_a_request_is_read_past_interleaved_packets() -> None:
    ask = await read(b"$\x01\x00\x02ab" + b"DESCRIBE rtsp://h:1/HB-0001-1/track1 RTSP/1.0\r\nCSeq: 7\r\n\r\n")
    assert ask is not None
    assert (ask.method, ask.camera, ask.headers["cseq"]) == ("DESCRIBE", "HB-0001-1", "7")


@pytest.mark.parametrize(
    "data", [b"GET / HTTP/1.1\r\n\r\n", b"PLAY\r\n\r\n", b"PLAY rtsp://h RTSP/1.0\r\nContent-Length: -1\r\n\r\n"]
)
async def test_what_is_not_rtsp_is_malformed(data: bytes) -> None:
    with pytest.raises(rtsp.Malformed):
        await read(data)


@pytest.mark.parametrize(
    ("header", "channel"),
    [
        ("RTP/AVP/TCP;unicast;interleaved=0-1", 0),
        ("RTP/AVP/TCP;unicast;interleaved=4-5", 4),
        ("RTP/AVP;unicast;client_port=5000-5001, RTP/AVP/TCP;interleaved=2-3", 2),
        ("RTP/AVP/TCP", 0),
        ("RTP/AVP;unicast;client_port=5000-5001", None),
        ("RTP/AVP/TCP;interleaved=999-1000", None),
        ("", None),
    ],
)
def test_only_interleaved_tcp_is_served(header: str, channel: int | None) -> None:
    assert rtsp.interleaved_channel(header) == channel
