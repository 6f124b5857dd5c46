"""Passwords as argon2id hashes, checked off the event loop, a few at a time."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from bongsu.core.errors import TooMuch

THREADS = 1
WAITING_AT_MOST = 16

# OWASP Password Storage Cheat Sheet: argon2id, 19 MiB, two passes. The library's default costs 0.7 s of a core.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


def hash_password(password: str) -> str:
    """The argon2id hash that a User record keeps."""
    return _HASHER.hash(password)


class Passwords:
    """Checks passwords on its own thread, so that the loop never waits and a flood cannot fill the machine."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="argon2")
        self._waiting = 0
        self._nobody = hash_password("nobody")

    async def match(self, hashed: str, password: str) -> bool:
        """Tell whether the password made the hash; as slow for "" (no such user) as for a real one. Raises TooMuch."""
        if self._waiting >= WAITING_AT_MOST:
            raise TooMuch("sign_in.busy", retry_after_s=5)
        self._waiting += 1
        try:
            loop = asyncio.get_running_loop()
            right = await loop.run_in_executor(self._threads, _matches, hashed or self._nobody, password)
        finally:
            self._waiting -= 1
        return right and hashed != ""

    def close(self) -> None:
        """Let the thread go."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def _matches(hashed: str, password: str) -> bool:
    try:
        return _HASHER.verify(hashed, password)
    except (VerificationError, InvalidHashError):
        return False
