"""One keyframe as a JPEG: the only place the gateway decodes."""

from __future__ import annotations

from fractions import Fraction

import av
from av.video.codeccontext import VideoCodecContext

from bongsu.core.errors import Unavailable

QUALITY = 4


def jpeg(unit: bytes, codec: str) -> bytes:
    """The picture of a keyframe (Annex B with its parameter sets); `codec` as FFmpeg names it.

    Raises Unavailable("camera.codec").
    """
    try:
        decoder = av.CodecContext.create(codec, "r")
        if not isinstance(decoder, VideoCodecContext):
            raise Unavailable("camera.codec")
        decoder.thread_count = 1
        pictures = [*decoder.decode(av.Packet(unit)), *decoder.decode(None)]
        if not pictures:
            raise Unavailable("camera.codec")
        picture = pictures[0].reformat(format="yuvj420p")
        picture.pts = 0
        encoder = VideoCodecContext.create("mjpeg", "w")
        encoder.width, encoder.height, encoder.pix_fmt = picture.width, picture.height, "yuvj420p"
        encoder.time_base = Fraction(1, 1)
        encoder.qmin = encoder.qmax = QUALITY
        return b"".join(bytes(packet) for packet in [*encoder.encode(picture), *encoder.encode(None)])
    except av.FFmpegError:
        raise Unavailable("camera.codec") from None
