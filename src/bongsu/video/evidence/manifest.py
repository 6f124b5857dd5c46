"""What an evidence package says of itself; the reference page is docs/reference/evidence-package.md."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from bongsu.core.export import Export, ExportStep

SCHEMA = 1
MANIFEST, SIGNATURE, KEY, CUSTODY = "manifest.json", "manifest.sig", "key.pub", "custody.json"
SUFFIX = ".bongsu-evidence.zip"
CONTEXT = b"bongsu evidence manifest 1\n"
"""Stands before the manifest under the signature, so that no other signature of ours can be taken for this one."""


class Span(msgspec.Struct, frozen=True, kw_only=True):
    """A stretch of our wall clock, [from, to), Unix microseconds."""

    from_us: int
    to_us: int


class Gap(msgspec.Struct, frozen=True, kw_only=True):
    """A part of the asked span that is not in the package: `why` is "not_recorded", "before_floor" or "undecodable"."""

    from_us: int
    to_us: int
    why: str


class Clip(msgspec.Struct, frozen=True, kw_only=True):
    """One file of pictures: what it shows of the wall clock, and how many frames and microseconds that is.

    `lead_us` is what stands before the shown span so that it can be decoded; a player does not show it.
    """

    name: str
    from_us: int
    to_us: int
    duration_us: int
    lead_us: int
    frames: int
    codec: str
    width: int
    height: int
    size: int
    sha256: str


class CameraPart(msgspec.Struct, frozen=True, kw_only=True):
    """One camera of the package: its clips in order and every gap between and around them."""

    id: str
    name: str
    recorded: tuple[Span, ...]
    clips: tuple[Clip, ...]
    gaps: tuple[Gap, ...]


class Origin(msgspec.Struct, frozen=True, kw_only=True):
    """The package a masked copy was made of."""

    export: str
    sha256: str


class Paper(msgspec.Struct, frozen=True, kw_only=True):
    """A file of the package that is not pictures."""

    name: str
    size: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """The signed page that covers every other file by its SHA-256; times are Unix microseconds or ISO 8601."""

    schema: int
    product: str
    export: str
    incident: str
    city: str
    asked: Span
    masked: bool
    stream: str
    original: Origin | None
    cameras: tuple[CameraPart, ...]
    papers: tuple[Paper, ...]
    made_at: datetime
    key_fingerprint: str

    @property
    def clips(self) -> tuple[Clip, ...]:
        """Every clip in the order it stands in the package."""
        return tuple(clip for camera in self.cameras for clip in camera.clips)


class Custody(msgspec.Struct, frozen=True, kw_only=True):
    """Who asked for it, why, on what ground, under which case, who allowed it, and every step with its time."""

    export: str
    incident: str
    grant: str
    agency: str
    asked_by: str
    reason: str
    basis: str
    second_person: bool
    approvals: tuple[ExportStep, ...]
    steps: tuple[ExportStep, ...]


def custody_of(export: Export, made_at: datetime) -> Custody:
    """The chain of custody up to the making of the package."""
    made = ExportStep(state=export.state, at=made_at, by="system", note="package made and signed")
    return Custody(
        export=export.id,
        incident=export.incident,
        grant=export.grant,
        agency=export.agency,
        asked_by=export.asked_by,
        reason=export.reason,
        basis=export.basis.value,
        second_person=export.second_person,
        approvals=export.approvals,
        steps=(*export.steps, made),
    )


def page(record: msgspec.Struct) -> bytes:
    """A record as JSON that people can read too."""
    return msgspec.json.format(msgspec.json.encode(record), indent=1) + b"\n"


def fingerprint(key: Ed25519PublicKey) -> str:
    """SHA-256 of the raw public key, in hex: what people compare by telephone."""
    return hashlib.sha256(raw_key(key)).hexdigest()


def raw_key(key: Ed25519PublicKey) -> bytes:
    """The 32 bytes of a public key."""
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw)


def moment(at_us: int) -> datetime:
    """Unix microseconds as a time."""
    return datetime.fromtimestamp(at_us / 1_000_000, UTC)
