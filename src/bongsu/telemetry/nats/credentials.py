"""Who may connect: a secret for each device, gateway and reader, of which only a hash is kept.

Secrets are drawn here, 192 random bits each, so that one round of SHA-256 hides them as well as any slow hash would,
and a million devices that come back at once are let in within a minute.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path

import msgspec

from bongsu.core.errors import Invalid

FILE = "credentials.jsonl"
_NAME = re.compile(r"[^\s/*>$][^\s/*>]{0,63}")


class Role(StrEnum):
    """What a credential is for: a DEVICE speaks as itself, a GATEWAY for its devices, a READER reads latest values."""

    DEVICE = "device"
    GATEWAY = "gateway"
    READER = "reader"


class Credential(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """One line of the file; the newest of a name is the one that counts, and one without a hash lets nobody in."""

    name: str
    role: Role
    hash: str = ""


_decode = msgspec.json.Decoder(Credential).decode


class Credentials:
    """The credentials in a file (0600), which others may append to while we read."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE
        self._read = 0
        self._known: dict[str, Credential] = {}

    def issue(self, name: str, role: Role) -> str:
        """A new secret for a name, its old one void. Raises Invalid("credentials.name") when no subject can hold it."""
        return self.issue_all([name], role)[name]

    def issue_all(self, names: Sequence[str], role: Role) -> dict[str, str]:
        """A new secret for each name, in one go; of none where one cannot be held by a subject."""
        strange = next((name for name in names if not _NAME.fullmatch(name)), None)
        if strange is not None:
            raise Invalid("credentials.name", name=strange)
        drawn = {name: secrets.token_urlsafe(24) for name in names}
        self._append(*(Credential(name, role, _hash(name, secret)) for name, secret in drawn.items()))
        return drawn

    def revoke(self, name: str) -> None:
        """Let nobody in by this name any more; who is in stays until the connection ends."""
        self._append(Credential(name, Role.DEVICE))

    def role_of(self, name: str, secret: str) -> Role | None:
        """What this name may do, None when the secret is not its own."""
        self._catch_up()
        known = self._known.get(name)
        if known is None or not known.hash or not hmac.compare_digest(known.hash, _hash(name, secret)):
            return None
        return known.role

    def _append(self, *fresh: Credential) -> None:
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            text = memoryview(b"".join(msgspec.json.encode(one) + b"\n" for one in fresh))
            while text:
                text = text[os.write(file, text) :]
            os.fsync(file)
        finally:
            os.close(file)

    def _catch_up(self) -> None:
        """Read what was appended since; a line half written is read the next time."""
        try:
            if self._path.stat().st_size <= self._read:
                return
            with self._path.open("rb") as file:
                file.seek(self._read)
                text = file.read()
        except FileNotFoundError:
            return
        whole = text[: text.rfind(b"\n") + 1]
        self._read += len(whole)
        for line in whole.splitlines():
            try:
                credential = _decode(line)
            except (msgspec.MsgspecError, UnicodeDecodeError):
                continue
            self._known[credential.name] = credential


def _hash(name: str, secret: str) -> str:
    return hashlib.sha256(f"{name}\0{secret}".encode()).hexdigest()
