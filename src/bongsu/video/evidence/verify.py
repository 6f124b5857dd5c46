"""Whether an evidence package is as it was signed; needs nothing but the file and, to know the signer, a public key."""

from __future__ import annotations

import hashlib
import hmac
from pathlib import Path

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from bongsu.core.errors import Invalid
from bongsu.video.evidence.container import Reader
from bongsu.video.evidence.manifest import (
    CONTEXT,
    CUSTODY,
    KEY,
    MANIFEST,
    SCHEMA,
    SIGNATURE,
    Custody,
    Manifest,
    Paper,
    fingerprint,
)

KEY_BYTES, SIGNATURE_BYTES = 32, 64
MANIFEST_BYTES_AT_MOST = 64 * 1024 * 1024
MAGIC = b"PK\x03\x04"


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """A package that is whole; `known_key` tells whether it was compared with a key from elsewhere."""

    manifest: Manifest
    custody: Custody
    fingerprint: str
    known_key: bool


class _Schema(msgspec.Struct, frozen=True):
    schema: int


def read_key(path: Path) -> Ed25519PublicKey:
    """A city's public key from its file of 32 bytes. Raises Invalid("evidence.key_file")."""
    try:
        raw = path.read_bytes()
        if len(raw) != KEY_BYTES:
            raise Invalid("evidence.key_file", path=path.name)
        return Ed25519PublicKey.from_public_bytes(raw)
    except (OSError, ValueError):
        raise Invalid("evidence.key_file", path=path.name) from None


def verify(path: Path, key: Ed25519PublicKey | None = None) -> Verdict:
    """The package's own words once every byte of it is accounted for. Raises Invalid("evidence.…"), one a cause."""
    try:
        with path.open("rb") as file:
            if file.read(len(MAGIC)) != MAGIC:
                raise Invalid("evidence.not_a_package", path=path.name)
            file.seek(0)
            return _verify(Reader(file), key)
    except OSError as problem:
        raise Invalid("evidence.unreadable", path=path.name, detail=problem.strerror or "") from problem


def _verify(reader: Reader, key: Ed25519PublicKey | None) -> Verdict:
    size = reader.next_size(MANIFEST)
    if size > MANIFEST_BYTES_AT_MOST:
        raise Invalid("evidence.manifest", detail=f"{size} bytes")
    signed = _all(reader, MANIFEST, size)
    signature = _all(reader, SIGNATURE, SIGNATURE_BYTES)
    signer = _signer(signed, signature, _all(reader, KEY, KEY_BYTES))
    manifest = _read(signed)
    if manifest.key_fingerprint != fingerprint(signer):
        raise Invalid("evidence.signature")
    if key is not None and fingerprint(key) != fingerprint(signer):
        raise Invalid("evidence.key_other", found=fingerprint(signer), expected=fingerprint(key))
    papers = {paper.name: _same(paper, _all(reader, paper.name, paper.size)) for paper in manifest.papers}
    for clip in manifest.clips:
        digest = hashlib.sha256()
        for chunk in reader.take(clip.name, clip.size):
            digest.update(chunk)
        _compare(clip.name, digest.hexdigest(), clip.sha256)
    reader.finish()
    custody = _custody(papers)
    return Verdict(manifest=manifest, custody=custody, fingerprint=fingerprint(signer), known_key=key is not None)


def _all(reader: Reader, name: str, size: int) -> bytes:
    return b"".join(reader.take(name, size))


def _signer(signed: bytes, signature: bytes, raw: bytes) -> Ed25519PublicKey:
    try:
        signer = Ed25519PublicKey.from_public_bytes(raw)
        signer.verify(signature, CONTEXT + signed)
    except (InvalidSignature, ValueError):
        raise Invalid("evidence.signature") from None
    return signer


def _read(signed: bytes) -> Manifest:
    try:
        schema = msgspec.json.decode(signed, type=_Schema).schema
        if schema > SCHEMA:
            raise Invalid("evidence.newer", found=schema, known=SCHEMA)
        return msgspec.json.decode(signed, type=Manifest)
    except msgspec.MsgspecError as problem:
        raise Invalid("evidence.manifest", detail=str(problem)) from None


def _custody(papers: dict[str, bytes]) -> Custody:
    try:
        return msgspec.json.decode(papers[CUSTODY], type=Custody)
    except (KeyError, msgspec.MsgspecError):
        raise Invalid("evidence.manifest", detail=CUSTODY) from None


def _same(paper: Paper, body: bytes) -> bytes:
    _compare(paper.name, hashlib.sha256(body).hexdigest(), paper.sha256)
    return body


def _compare(name: str, found: str, stated: str) -> None:
    if not hmac.compare_digest(found, stated):
        raise Invalid("evidence.changed", name=name)
