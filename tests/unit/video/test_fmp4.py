"""The boxes of a live stream as another reader sees them."""

from __future__ import annotations

import io

import av

from bongsu.video import h264, nal
from bongsu.video.fmp4 import Fragments
from bongsu.video.ingest import frame
from fakes.rtsp_camera import encode


def test_a_reader_finds_every_frame_at_its_time_whatever_the_cameras_pace() -> None:
    units = encode(frames=6, width=320, height=180)
    header = h264.FAMILY.learn(None, nal.split(units[0]))
    assert header is not None
    fragments = Fragments(header)
    times = [7_000_000, 7_066_667, 7_133_333, 7_133_333, 7_500_000, 7_566_667]
    pieces = [fragments.init]
    for index, (unit, at) in enumerate(zip(units, times, strict=True)):
        pieces.append(fragments.fragment(frame(unit, key=index == 0, arrival_us=at, pts_us=at)))
    with av.open(io.BytesIO(b"".join(pieces)), format="mp4") as opened:
        stream = opened.streams.video[0]
        packets = [packet for packet in opened.demux(stream) if packet.size]
        found = [float(packet.pts * stream.time_base) for packet in packets]
        keys = [packet.is_keyframe for packet in packets]
    assert [round(at, 3) for at in found] == [0.0, 0.067, 0.133, 0.133, 0.5, 0.567]
    assert found == sorted(set(found))
    assert keys == [True, False, False, False, False, False]
