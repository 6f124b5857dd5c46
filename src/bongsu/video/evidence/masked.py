"""A masked copy of a package: its clips decoded, people and vehicles covered, encoded anew, packed and linked.

The encoder is libvpx's VP9 (BSD licence): FFmpeg's x264 in the wheel is GPL and is not used here.
"""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec.structs import replace

from bongsu.core.errors import Unavailable
from bongsu.core.export import Job, Ring
from bongsu.video.evidence.build import COPIED, Tell
from bongsu.video.evidence.manifest import CameraPart, Clip, Manifest
from bongsu.video.evidence.mask import Plane, Street, cover
from bongsu.video.evidence.pack import clip_of, digest_of, seal
from bongsu.video.evidence.remux import MUX, TICKS, Shot
from bongsu.video.evidence.verify import verify
from bongsu.video.mask.paint import Mask, covered

ENCODER = "libvpx-vp9"
CODEC = "vp09.00.10.08"
OPTIONS = {"deadline": "realtime", "cpu-used": "7", "crf": "34", "b": "0", "g": "60", "lag-in-frames": "0"}
SAMPLES = 40
WINDOW_S = 120.0
"""The street is learned anew for each stretch of this length, so that dusk is no movement."""

Planes = tuple[Plane, Plane, Plane]


def build_masked(
    job: Job, original: Path, to: Path, *, key: Ed25519PrivateKey, now: Callable[[], datetime], tell: Tell
) -> tuple[str, int]:
    """The masked copy of a package at `to`; its SHA-256 and size in bytes.

    Raises Unavailable("evidence.original") where the original is gone, Invalid where it is not whole any more.
    """
    if not original.exists():
        raise Unavailable("evidence.original", export=job.export.derived_from)
    manifest = verify(original, key.public_key()).manifest
    linked = replace(job, original_sha256=digest_of(original))
    with tempfile.TemporaryDirectory(dir=to.parent, prefix="work-") as folder:
        files: list[Path] = []
        parts = tuple(_camera(part, job, original, Path(folder), files, manifest, tell) for part in manifest.cameras)
        return seal(linked, parts, files, to, key=key, at=now())


def _camera(
    part: CameraPart, job: Job, original: Path, folder: Path, files: list[Path], whole: Manifest, tell: Tell
) -> CameraPart:
    clips = []
    total = sum(clip.duration_us for clip in whole.clips)
    for clip in part.clips:
        done = sum(one.duration_us for one in whole.clips[: len(files)])
        source, path = folder / "source.mp4", folder / f"{len(files) + 1:04d}.mp4"
        _extract(original, clip.name, source)
        rings = job.export.zones.get(part.id, ())
        share = clip.duration_us / total
        shot = mask_clip(source, clip, rings, path, _part_of(tell, done / total, share))
        files.append(path)
        clips.append(clip_of(len(files), shot, path))
    return replace(part, clips=tuple(clips))


def _part_of(tell: Tell, begin: float, share: float) -> Tell:
    return lambda at: tell(COPIED * (begin + at * share))


def _extract(package: Path, name: str, to: Path) -> None:
    with zipfile.ZipFile(package) as opened, opened.open(name) as source, to.open("wb") as file:
        while chunk := source.read(1 << 20):
            file.write(chunk)


def mask_clip(source: Path, clip: Clip, rings: Sequence[Ring], path: Path, tell: Tell) -> Shot:
    """One clip masked, encoded as VP9 in MP4; the pictures keep their times, those not shown are left out.

    Raises Unavailable("evidence.codec").
    """
    try:
        with av.open(str(path), "w", format="mp4", options=MUX) as out:
            stream: Any = out.add_stream(ENCODER, rate=30, options=OPTIONS)
            stream.width, stream.height, stream.pix_fmt = clip.width, clip.height, "yuv420p"
            stream.codec_context.time_base = Fraction(1, TICKS)
            zones = covered(rings, clip.height, clip.width, grow=2)
            frames = 0
            for at_s, planes in _covered(source, clip, zones):
                for packet in stream.encode(_picture(planes, at_s)):
                    out.mux(packet)
                frames += 1
                tell(min(1.0, at_s * 1_000_000 / clip.duration_us))
            _finish(out, stream, clip)
    except av.FFmpegError:
        raise Unavailable("evidence.codec") from None
    return Shot(
        from_us=clip.from_us, to_us=clip.to_us, lead_us=0, frames=frames, codec=CODEC,
        width=clip.width, height=clip.height,
    )  # fmt: skip


def _finish(out: Any, stream: Any, clip: Clip) -> None:
    """The last picture lasts to the end of the clip."""
    for packet in stream.encode(None):
        packet.duration = max(1, round(clip.duration_us * TICKS / 1_000_000) - packet.pts)
        out.mux(packet)


def _covered(source: Path, clip: Clip, zones: Mask) -> Iterator[tuple[float, Planes]]:
    """Each picture with its time in seconds, people and vehicles covered."""
    street, until_s = None, 0.0
    for at_s, planes in _pictures(source):
        if street is None or at_s >= until_s:
            until_s = at_s + WINDOW_S
            street = Street(_samples(source, at_s, min(until_s, clip.duration_us / 1_000_000)))
        cover(planes, street.moving(planes[0]), street.cell, zones)
        yield at_s, planes


def _samples(source: Path, from_s: float, to_s: float) -> list[Plane]:
    """Pictures spread over a window."""
    step_s = max(1e-3, (to_s - from_s) / SAMPLES)
    found: list[Plane] = []
    next_s = from_s
    for at_s, planes in _pictures(source, from_s):
        if at_s >= to_s and found:
            break
        if at_s >= next_s:
            found.append(planes[0])
            next_s = at_s + step_s
    return found


def _pictures(source: Path, from_s: float = 0.0) -> Iterator[tuple[float, Planes]]:
    """The shown pictures from a moment on: seconds from the clip's beginning, and planes that may be written on."""
    with av.open(str(source)) as video:
        stream: Any = video.streams.video[0]
        stream.thread_type = "NONE"
        if from_s > 0:
            video.seek(int(from_s / stream.time_base), stream=stream)
        for picture in video.decode(stream):
            if picture.time is not None and picture.time >= from_s and picture.time >= 0:
                yield picture.time, _planes(picture.reformat(format="yuv420p"))


def _planes(picture: Any) -> Planes:
    luma, one, other = (
        np.frombuffer(plane, np.uint8).reshape(-1, plane.line_size)[: plane.height, : plane.width].copy()
        for plane in picture.planes
    )
    return luma, one, other


def _picture(planes: Planes, at_s: float) -> av.VideoFrame:
    height, width = planes[0].shape
    picture = av.VideoFrame(width, height, "yuv420p")
    for plane, pixels in zip(picture.planes, planes, strict=True):
        lines = np.zeros((plane.height, plane.line_size), np.uint8)
        lines[:, : plane.width] = pixels
        plane.update(lines.tobytes())
    picture.pts, picture.time_base = round(at_s * TICKS), Fraction(1, TICKS)
    return picture
