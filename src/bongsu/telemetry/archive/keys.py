"""One key for each ward: what its devices told is sealed under it, and forgotten with it."""

from __future__ import annotations

import hashlib
import os
import secrets
from pathlib import Path

import msgspec
import structlog
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bongsu.telemetry.archive.durably import make_folder, place, sweep, sync_folder

KEY, GONE = ".key", ".erased"
ID_BYTES = 16
NONCE_BYTES = 12

_log = structlog.get_logger()


class Key(msgspec.Struct, frozen=True):
    """A ward's key under a name of its own, so that sealed files name nobody."""

    id: bytes
    secret: bytes

    def seal(self, plain: bytes, about: bytes) -> bytes:
        """Encrypt (AES-256-GCM, a fresh nonce in front), bound to what it is about."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + AESGCM(self.secret).encrypt(nonce, plain, self.id + about)

    def open(self, sealed: bytes, about: bytes) -> bytes:
        """Decrypt. Raises cryptography's InvalidTag where it is not what was sealed."""
        return AESGCM(self.secret).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], self.id + about)


class Keys:
    """The keys in a folder only we may read. Erasing one leaves when it was, and nothing else."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        make_folder(folder, 0o700)
        sweep(folder)
        self._keys: dict[str, Key] = {}
        self._gone_ms: dict[str, int] = {}
        for path in folder.glob(f"*{GONE}"):
            self._gone_ms[path.stem] = int(path.read_text("ascii"))
        for path in folder.glob(f"*{KEY}"):
            self._read(path)

    def of(self, ward: str) -> Key:
        """The ward's key; a new one is on the disk before anything is sealed under it. Raises DiskFull, OSError."""
        name = _name(ward)
        if name not in self._keys:
            key = Key(id=secrets.token_bytes(ID_BYTES), secret=AESGCM.generate_key(256))
            place(self._folder / f"{name}{KEY}", lambda file: file.write(msgspec.msgpack.encode(key)), 0o600)
            self._keys[name] = key
        return self._keys[name]

    def find(self, ward: str) -> Key | None:
        """The ward's key, None where nothing is sealed for it or it was erased."""
        return self._keys.get(_name(ward))

    def by_id(self) -> dict[bytes, Key]:
        """Every key by its own name."""
        return {key.id: key for key in list(self._keys.values())}

    def erased_ms(self, ward: str) -> int:
        """When the ward was erased last (Unix milliseconds), 0 never."""
        return self._gone_ms.get(_name(ward), 0)

    def erase(self, ward: str, at_ms: int) -> bool:
        """Forget the ward's key for good; whether there was one. Raises DiskFull when it is gone but not noted down."""
        name = _name(ward)
        path = self._folder / f"{name}{KEY}"
        # The key goes first: it is what the law asks for, and it needs no room on the disk.
        found = self._keys.pop(name, None) is not None
        if found:
            _overwrite(path)
        path.unlink(missing_ok=True)
        sync_folder(self._folder)
        self._note(name, at_ms)
        return found

    def _note(self, name: str, at_ms: int) -> None:
        self._gone_ms[name] = at_ms
        place(self._folder / f"{name}{GONE}", lambda file: file.write(str(at_ms).encode()), 0o600)

    def _read(self, path: Path) -> None:
        """Take a key in. One that was being erased when we died is erased; one that is damaged is set aside."""
        content = path.read_bytes()
        if not any(content):
            self._note(path.stem, int(path.stat().st_mtime * 1000))
            path.unlink()
            return
        try:
            self._keys[path.stem] = msgspec.msgpack.decode(content, type=Key)
        except msgspec.MsgspecError:
            path.rename(path.with_suffix(".unreadable"))
            _log.error("archive.key_unreadable")


def _overwrite(path: Path) -> None:
    """So that the disk's free blocks do not hold the key, where a file is overwritten in place."""
    with path.open("r+b") as file:
        file.write(bytes(path.stat().st_size))
        file.flush()
        os.fsync(file.fileno())


def _name(ward: str) -> str:
    return hashlib.sha256(ward.encode()).hexdigest()
