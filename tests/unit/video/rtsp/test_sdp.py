"""What a camera says of its video is understood however it is written, or named as what it is."""

from __future__ import annotations

import base64
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bongsu.video.codec import NotVideo, Unsupported
from bongsu.video.rtsp import sdp

SPS, PPS = b"\x67\x42\xc0\x1e", b"\x68\xce\x3c\x80"
SETS = ",".join(base64.b64encode(one).decode().rstrip("=") for one in (SPS, PPS))
WHOLE = "rtsp://10.0.0.7/axis-media/media.amp"
AXIS = f"""v=0\r
o=- 1 1 IN IP4 10.0.0.7\r
a=control:{WHOLE}\r
m=audio 0 RTP/AVP 97\r
a=rtpmap:97 MPEG4-GENERIC/16000/1\r
a=control:trackID=2\r
m=video 0 RTP/AVP 96\r
b=AS:50000\r
a=framerate:15.0\r
a=rtpmap:96 H264/90000\r
a=fmtp:96 packetization-mode=1; profile-level-id=42C01E; sprop-parameter-sets={SETS}\r
a=control:trackID=1\r
"""


def test_the_video_among_other_media_is_found_with_its_sets_and_its_own_control() -> None:
    assert sdp.read(AXIS) == sdp.Media("h264", 96, Fraction(1, 90_000), "trackID=1", WHOLE, (SPS, PPS))


def test_h265_has_its_sets_one_by_one() -> None:
    one = base64.b64encode(SPS).decode()
    media = sdp.read(
        f"m=video 0 RTP/AVP 98\na=rtpmap:98 h265/90000\na=fmtp:98 sprop-vps={one};sprop-sps={one};sprop-pps=??\n"
    )
    assert (media.family, media.sets, media.control, media.whole) == ("hevc", (SPS, SPS), "", "")


@pytest.mark.parametrize(
    "text",
    [
        "m=video 0 RTP/AVP 26\n",
        "m=video 0 RTP/AVP 96\na=rtpmap:96 MP4V-ES/90000\n",
        "m=video 0 RTP/AVP 96\na=rtpmap:96 H264/0\n",
        "m=video 0 RTP/AVP 96\na=rtpmap:96 H264/90000\na=fmtp:96 packetization-mode=2\n",
        "m=video 0 RTP/AVP 96\na=rtpmap:96 H265/90000\na=fmtp:96 sprop-max-don-diff=3\n",
    ],
)
def test_a_codec_or_packing_that_cannot_be_passed_through_is_named(text: str) -> None:
    with pytest.raises(Unsupported):
        sdp.read(text)


@pytest.mark.parametrize("text", ["", "v=0\n", "m=audio 0 RTP/AVP 0\n", "m=video\n", "m=video 0 RTP/AVP x\n"])
def test_what_has_no_video_is_told_so(text: str) -> None:
    with pytest.raises(NotVideo):
        sdp.read(text)


LINES = ["m=video 0 RTP/AVP 96", "a=rtpmap:96 H264/90000", "a=fmtp:96 sprop-parameter-sets=", "a=control:", "m="]


@given(st.lists(st.sampled_from(LINES) | st.text(max_size=30), max_size=10))
def test_no_description_is_another_exception(lines: list[str]) -> None:
    try:
        media = sdp.read("\n".join(lines))
    except (NotVideo, Unsupported):
        return
    assert media.family in ("h264", "hevc")
