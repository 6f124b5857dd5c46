"""Clips, manifest, custody and signature into one file that appears whole or not at all."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import BinaryIO

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bongsu.core.export import Job
from bongsu.video.evidence import manifest as words
from bongsu.video.evidence.container import Writer, chunks
from bongsu.video.evidence.manifest import CameraPart, Clip, Manifest, Origin, Paper, Span
from bongsu.video.evidence.remux import Shot

UNTOUCHED = "untouched"
MASKED = "masked"


def clip_of(number: int, shot: Shot, path: Path) -> Clip:
    """What the manifest says of one file of pictures."""
    with path.open("rb") as file:
        digest, size = _digest(file), path.stat().st_size
    return Clip(
        name=f"clips/{number:04d}.mp4",
        from_us=shot.from_us,
        to_us=shot.to_us,
        duration_us=shot.to_us - shot.from_us,
        lead_us=shot.lead_us,
        frames=shot.frames,
        codec=shot.codec,
        width=shot.width,
        height=shot.height,
        size=size,
        sha256=digest,
    )


def seal(
    job: Job,
    cameras: tuple[CameraPart, ...],
    files: Sequence[Path],
    to: Path,
    *,
    key: Ed25519PrivateKey,
    at: datetime,
) -> tuple[str, int]:
    """Write the package to `to`, files in the order of the clips; its SHA-256 and size in bytes.

    It is written beside and takes its name only when every byte of it is on the disk.
    """
    half = to.with_name(to.name + ".part")
    with half.open("w+b") as file:
        _write(file, job, cameras, files, key, at)
        file.flush()
        os.fsync(file.fileno())
        file.seek(0)
        digest, size = _digest(file), file.tell()
    half.replace(to)
    _keep_name(to.parent)
    return digest, size


def _write(
    file: BinaryIO,
    job: Job,
    cameras: tuple[CameraPart, ...],
    files: Sequence[Path],
    key: Ed25519PrivateKey,
    at: datetime,
) -> None:
    custody = words.page(words.custody_of(job.export, at))
    signed = words.page(_manifest(job, cameras, custody, key, at))
    writer = Writer(file)
    writer.put(words.MANIFEST, signed)
    writer.put(words.SIGNATURE, key.sign(words.CONTEXT + signed))
    writer.put(words.KEY, words.raw_key(key.public_key()))
    writer.put(words.CUSTODY, custody)
    for camera in cameras:
        for clip in camera.clips:
            with files[_number(clip)].open("rb") as source:
                writer.put_file(clip.name, source)
    writer.close()


def _number(clip: Clip) -> int:
    return int(Path(clip.name).stem) - 1


def _manifest(
    job: Job, cameras: tuple[CameraPart, ...], custody: bytes, key: Ed25519PrivateKey, at: datetime
) -> Manifest:
    export = job.export
    origin = Origin(export=export.derived_from, sha256=job.original_sha256) if export.derived_from else None
    return Manifest(
        schema=words.SCHEMA,
        product=f"bongsu {version('bongsu')}",
        export=export.id,
        incident=export.incident,
        city=job.city,
        asked=Span(from_us=us(export.since), to_us=us(export.until)),
        masked=export.masked,
        stream=MASKED if export.masked else UNTOUCHED,
        original=origin,
        cameras=cameras,
        papers=(Paper(name=words.CUSTODY, size=len(custody), sha256=hashlib.sha256(custody).hexdigest()),),
        made_at=at,
        key_fingerprint=words.fingerprint(key.public_key()),
    )


def us(at: datetime) -> int:
    """A time as Unix microseconds."""
    return round(at.timestamp() * 1_000_000)


def digest_of(path: Path) -> str:
    """SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return _digest(file)


def _digest(file: BinaryIO) -> str:
    digest = hashlib.sha256()
    for chunk in chunks(file):
        digest.update(chunk)
    return digest.hexdigest()


def _keep_name(folder: Path) -> None:
    """Without it a power cut may leave the new name with nothing in it."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
