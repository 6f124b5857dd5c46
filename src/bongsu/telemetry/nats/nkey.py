"""NATS' way to write keys and signed claims: Ed25519 keys in base 32 with a checksum, and JWTs signed by them."""

from __future__ import annotations

import base64
import binascii
import secrets
from collections.abc import Mapping
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

ACCOUNT = 0 << 3
_HEADER = {"typ": "JWT", "alg": "ed25519-nkey"}


class Signer:
    """An account's key, made anew with each process: what it signed is worth nothing after."""

    def __init__(self) -> None:
        self._key = Ed25519PrivateKey.generate()
        self.account = public(ACCOUNT, self._key.public_key().public_bytes_raw())

    def sign(self, claims: Mapping[str, Any], *, now_s: int) -> str:
        """The claims as a JWT issued by this account now; `claims` name `sub`, `aud` and what `nats` holds."""
        body = {**claims, "iss": self.account, "iat": now_s, "jti": secrets.token_hex(16)}
        text = f"{_base64(msgspec.json.encode(_HEADER))}.{_base64(msgspec.json.encode(body))}"
        return f"{text}.{_base64(self._key.sign(text.encode()))}"


def public(kind: int, raw: bytes) -> str:
    """A public key as NATS writes it: one letter for its kind, the key, a CRC-16."""
    body = bytes([kind]) + raw
    # CRC-16/XMODEM, least byte first.
    return base64.b32encode(body + binascii.crc_hqx(body, 0).to_bytes(2, "little")).decode().rstrip("=")


def claims_of(token: str | bytes) -> Any:
    """What a JWT claims; its signature is not looked at, for only the server may write there. Raises ValueError."""
    parts = (token.decode("ascii") if isinstance(token, bytes) else token).split(".")
    if len(parts) != 3:
        raise ValueError("jwt")
    return msgspec.json.decode(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))


def _base64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
