"""Chance as a function of what it is asked about: the same draw for the same person, day and question, in any order."""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def draws(rows: NDArray[np.int64], *about: object) -> Floats:
    """One number in [0, 1) for each row, settled by the row and by what it is about (splitmix64 over a hashed key)."""
    digest = hashlib.blake2b(":".join(map(str, about)).encode(), digest_size=8).digest()
    with np.errstate(over="ignore"):
        state = rows.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(int.from_bytes(digest, "big"))
        state = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        state = (state ^ (state >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        state = state ^ (state >> np.uint64(31))
    return np.asarray((state >> np.uint64(11)).astype(np.float64) / 2**53)


def bell(rows: NDArray[np.int64], *about: object) -> Floats:
    """A roughly normal number (mean 0, deviation 1, never beyond ±3.4) for each row: the sum of four even ones."""
    parts = [draws(rows, *about, n) for n in range(4)]
    return np.asarray((sum(parts) - 2.0) * np.sqrt(3.0))


def pick(shares: Floats, drawn: Floats) -> NDArray[np.int64]:
    """For each number in [0, 1) the row it falls on, rows being as wide as their shares."""
    edges = np.cumsum(shares)
    found = np.searchsorted(edges / edges[-1], drawn, side="right")
    return np.minimum(found, len(shares) - 1).astype(np.int64)
