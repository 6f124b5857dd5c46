"""The ticket that proves a right to watch one camera on one video socket; core signs it, video reads it.

Imports only `core`, so that the video process can read a ticket without anything else of the platform.
"""

from __future__ import annotations

import base64
import binascii
import os
from pathlib import Path
from typing import Literal

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from bongsu.core.errors import Refused
from bongsu.core.grant import Right
from bongsu.core.stream import Profile

VALID_MS = 10_000
"""How long a ticket may wait to be used, Unix milliseconds from signing."""

MAX_CHARS = 8_192

UNMASK = "unmask:"
"""How the hold of an unmasking begins; its id follows."""

Form = Literal["live", "mp4", "still", "replay"]


class Ticket(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One right to open one stream once.

    `nonce` names the video connection and `epoch` the video process it was made for. It plays while every
    one of `holds` is held: always `session:<session>`, and `grant:<grant>` where an agency watches.
    `right` is the one it stands on. A replay shows [from_ms, to_ms) of what was recorded and nothing else;
    `floor_ms` is the grant's floor, 0 for the city's own staff. All Unix milliseconds.
    `unmasking` is the one it is free of masks by; without one the zones of a masked camera are painted over.
    """

    id: str
    user: str
    session: str
    agency: str
    camera: str
    form: Form
    profile: Profile = "main"
    incident: str
    grant: str
    holds: tuple[str, ...]
    nonce: str
    epoch: str
    until_ms: int
    right: Right = Right.VIEW
    from_ms: int = 0
    to_ms: int = 0
    floor_ms: int = 0
    unmasking: str = ""

    @property
    def is_unmasked(self) -> bool:
        """Whoever holds it may see what masks hide, as long as the unmasking is held."""
        return self.unmasking != ""


def make_keys(folder: Path, name: str = "lease") -> Ed25519PrivateKey:
    """The core's signing key from <folder>/keys/<name>.key (0600), made with its public half if absent.

    `folder` is the data folder.
    """
    keys = folder / "keys"
    secret = keys / f"{name}.key"
    keys.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not secret.exists():
        raw = Ed25519PrivateKey.generate().private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
        _write(secret, raw, mode=0o600)
    key = Ed25519PrivateKey.from_private_bytes(secret.read_bytes())
    _write(keys / f"{name}.pub", key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw), mode=0o644)
    return key


def public_key(folder: Path) -> Ed25519PublicKey:
    """The core's public key from <folder>/keys/lease.pub; raises Refused("ticket.bad") while there is none."""
    try:
        return Ed25519PublicKey.from_public_bytes((folder / "keys" / "lease.pub").read_bytes())
    except (OSError, ValueError):
        raise Refused("ticket.bad") from None


def sign(ticket: Ticket, key: Ed25519PrivateKey) -> str:
    """The ticket as text: base64url(json).base64url(Ed25519 signature over the json bytes)."""
    body = msgspec.json.encode(ticket)
    return f"{_to_text(body)}.{_to_text(key.sign(body))}"


def read(text: str, public: Ed25519PublicKey) -> Ticket:
    """The ticket a text carries; raises Refused("ticket.bad") unless signed by `public` and complete.

    A ticket that does not hang on its session, or has a grant or an unmasking and does not hang on it, is not
    complete: nothing could end its stream. Nor is a replay without its right, its window, or an agency's floor.
    """
    try:
        if len(text) > MAX_CHARS:
            raise Refused("ticket.bad")
        body, signature = (_from_text(part) for part in text.split("."))
        public.verify(signature, body)
        ticket = msgspec.json.decode(body, type=Ticket)
    except (ValueError, binascii.Error, InvalidSignature, msgspec.MsgspecError):
        raise Refused("ticket.bad") from None
    if not _needed(ticket) <= set(ticket.holds) or not _is_fitting(ticket):
        raise Refused("ticket.bad")
    return ticket


def _needed(ticket: Ticket) -> set[str]:
    grant = {f"grant:{ticket.grant}"} if ticket.agency else set()
    unmasking = {f"{UNMASK}{ticket.unmasking}"} if ticket.unmasking else set()
    return {f"session:{ticket.session}"} | grant | unmasking


def _is_fitting(ticket: Ticket) -> bool:
    if ticket.form != "replay":
        return ticket.right is Right.VIEW
    has_floor = ticket.floor_ms > 0 or not ticket.agency
    return ticket.right is Right.REPLAY and 0 < ticket.from_ms < ticket.to_ms and has_floor


def _to_text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _from_text(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def _write(path: Path, raw: bytes, *, mode: int) -> None:
    beside = path.with_suffix(path.suffix + ".new")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(raw)
        file.flush()
        os.fsync(descriptor)  # without it a power cut may leave the new name with nothing in it, for good
    beside.replace(path)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
