"""Who shares what with whom, agreed on by everybody without a word: rendezvous hashing (highest random weight).

Every pair of a process and a camera has a weight; of those that are there, the heaviest has the camera. So a death
moves only the cameras of the dead, and a newcomer takes only its share (Thaler and Ravishankar, 1998). The console
computes the same in TypeScript (`console/src/model/rendezvous.ts`); `tests/unit/core/rendezvous.json` keeps the two
together.
"""

from __future__ import annotations

from collections.abc import Iterable

FNV_OFFSET, FNV_PRIME = 2166136261, 16777619
LOW_32 = 0xFFFFFFFF


def weight(name: str, key: str) -> int:
    """The weight of a pair, 32 bits: FNV-1a of either's UTF-8, then MurmurHash3's last steps to spread it."""
    return _spread(_spread(_hash(key)) ^ _hash(name))


def ranked(names: Iterable[str], key: str) -> tuple[str, ...]:
    """The names, the one that has the key first, then who has it when that one is gone, and so on."""
    return tuple(sorted(set(names), key=lambda name: (-weight(name, key), name)))


def owner(names: Iterable[str], key: str) -> str:
    """The name that has the key, "" when there is nobody."""
    return min(names, key=lambda name: (-weight(name, key), name), default="")


def _hash(text: str) -> int:
    found = FNV_OFFSET
    for byte in text.encode():
        found = (found ^ byte) * FNV_PRIME & LOW_32
    return found


def _spread(found: int) -> int:
    found = (found ^ found >> 16) * 0x85EBCA6B & LOW_32
    found = (found ^ found >> 13) * 0xC2B2AE35 & LOW_32
    return found ^ found >> 16
