"""One export from the recordings: each camera's stretches as files, what is missing said, then packed and signed."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable
from datetime import datetime
from itertools import pairwise
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bongsu.core.errors import Unavailable
from bongsu.core.export import Export, Job
from bongsu.video.evidence.manifest import CameraPart, Clip, Gap, Span
from bongsu.video.evidence.pack import clip_of, seal, us
from bongsu.video.evidence.remux import Recordings, takes, write

Tell = Callable[[float], None]
"""Hears how much of a job is done, as a share of 1."""

COPIED = 0.9
"""The share of the work that is done when every camera is copied; the rest is packing and signing."""


def build(
    job: Job,
    recordings: Recordings,
    to: Path,
    *,
    key: Ed25519PrivateKey,
    now: Callable[[], datetime],
    tell: Tell,
) -> tuple[str, int]:
    """The package of an export at `to`; its SHA-256 and size in bytes.

    Raises Unavailable("evidence.nothing") where no camera recorded any of it, Unavailable("evidence.codec").
    """
    with tempfile.TemporaryDirectory(dir=to.parent, prefix="work-") as folder:
        files: list[Path] = []
        parts: list[CameraPart] = []
        many = len(job.export.cameras)
        for done, camera in enumerate(job.export.cameras):
            parts.append(_camera(job, camera, recordings, Path(folder), files, _telling(job, done, many, tell)))
        tell(COPIED)
        if not files:
            raise Unavailable("evidence.nothing")
        return seal(job, tuple(parts), files, to, key=key, at=now())


def _telling(job: Job, done: int, many: int, tell: Tell) -> Callable[[int], None]:
    """How the place of a frame of the camera after `done` others becomes a share of the whole."""
    begin, lasts = us(job.export.since), us(job.export.until) - us(job.export.since)
    return lambda at_us: tell(COPIED * (done + min(1.0, max(0.0, (at_us - begin) / lasts))) / many)


def _camera(
    job: Job, camera: str, recordings: Recordings, folder: Path, files: list[Path], seen: Callable[[int], None]
) -> CameraPart:
    export = job.export
    begin, end = us(export.since), us(export.until)
    floor = us(export.floor) if export.floor is not None else 0
    clips: list[Clip] = []
    for take in takes(recordings, camera, begin, end, floor):
        path = folder / f"{len(files) + 1:04d}.mp4"
        shot = write(take, begin, path, seen)
        files.append(path)
        clips.append(clip_of(len(files), shot, path))
    recorded = tuple(Span(from_us=one.start_us, to_us=one.end_us) for one in recordings.spans(camera, begin, end))
    return CameraPart(
        id=camera,
        name=job.names.get(camera, camera),
        recorded=recorded,
        clips=tuple(clips),
        gaps=tuple(gaps_of(export, clips, recorded)),
    )


def gaps_of(export: Export, clips: Iterable[Clip], recorded: tuple[Span, ...]) -> Iterable[Gap]:
    """What of the asked span no clip shows, in order, cut where the reason changes."""
    floor = us(export.floor) if export.floor is not None else 0
    at, end = us(export.since), us(export.until)
    for clip in sorted(clips, key=lambda one: one.from_us):
        yield from _why(at, clip.from_us, floor, recorded)
        at = max(at, clip.to_us)
    yield from _why(at, end, floor, recorded)


def _why(begin: int, end: int, floor: int, recorded: tuple[Span, ...]) -> Iterable[Gap]:
    edges = {begin, end, floor, *(edge for span in recorded for edge in (span.from_us, span.to_us))}
    cuts = sorted(edge for edge in edges if begin <= edge <= end)
    for one, other in pairwise(cuts):
        is_recorded = any(span.from_us <= one < span.to_us for span in recorded)
        why = "before_floor" if one < floor else "undecodable" if is_recorded else "not_recorded"
        yield Gap(from_us=one, to_us=other, why=why)
