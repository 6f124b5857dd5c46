"""Keeps recordings no longer than they may be kept, and the disk from filling up; both by destroying keys first."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Callable, Iterable
from itertools import groupby
from pathlib import Path

from bongsu.core.clock import Now
from bongsu.core.recording import Erased, Orders, Why
from bongsu.video.claim import Claim
from bongsu.video.recorder.erasures import Erasures
from bongsu.video.recorder.retention import Stock, overdue, to_shed
from bongsu.video.recorder.shelf import Shelves, hour_of, shelf_of
from bongsu.video.recorder.vault import Vault

SWEEP_S = 30.0
GRACE_US = 120_000_000
"""An hour that has just ended may still be written to by another process."""

AT_ONCE = 16
"""Hours shed between two looks at the disk."""

IsOpen = Callable[[str, int], bool]
"""Tells whether a camera's hour is being written to just now."""


def used_share(folder: Path) -> float:
    """How much of the volume a folder lies on is used, 0..1."""
    usage = shutil.disk_usage(folder)
    return usage.used / (usage.used + usage.free)


class Keeper:
    """One sweep after another, each in a thread; deletes nothing before it has heard what is under legal hold.

    Of the processes that record into one folder one keeps it, for all of them: whoever has the claim. When it dies
    another has it at its next sweep, and finds its list of deletions that are on no ledger yet.
    """

    def __init__(
        self,
        shelves: Shelves,
        vault: Vault,
        *,
        is_open: IsOpen,
        full_share: float,
        now: Now,
        used: Callable[[Path], float] = used_share,
        by: str = "",
    ) -> None:
        self._by = by
        self._duty = Claim(shelves.folder / "keeper.lock")
        self._was_full = False
        self.erasures = Erasures(shelves.folder)
        self.full = False
        self.shed = 0
        self._shelves = shelves
        self._vault = vault
        self._is_open = is_open
        self._full_share = full_share
        self._now = now
        self._used = used

    def label(self, orders: Orders) -> None:
        """Write down on which terms each camera is kept: before it is recorded, or nothing would ever delete it."""
        for camera, keep in orders.cameras.items():
            self._shelves.label(camera, keep, self._by)

    def untold(self) -> list[Erased]:
        """The deletions no ledger has yet, as far as they are ours to tell."""
        return self.erasures.untold() if self._duty.is_held else []

    def settle(self, number: str) -> None:
        """A deletion is on the ledger."""
        if self._duty.is_held:
            self.erasures.settle(number)

    def close(self) -> None:
        """Let another keep the folder."""
        self._duty.let_go()

    def sweep(self, orders: Orders) -> None:
        """Delete what is overdue, shed what the disk has no room for; `full` tells that even that is not enough."""
        if not self._is_on_duty():
            was_full, self._was_full = self._was_full, self._is_full()
            self.full = was_full and self._was_full  # the keeper had a whole period to make room, and could not
            return
        now_us = int(self._now().timestamp() * 1_000_000)
        by_us = now_us + int(2 * SWEEP_S * 1_000_000)  # the next sweep may be late; the law is not
        self._erase(overdue(self._stock(now_us), orders.held, by_us), Why.RETENTION)
        self._make_room(orders, now_us)

    def _is_on_duty(self) -> bool:
        if self._duty.is_held:
            return True
        if self._duty.take():
            self.erasures = Erasures(self._shelves.folder)  # as whoever kept it before left it
        return self._duty.is_held

    def _make_room(self, orders: Orders, now_us: int) -> None:
        if not self._is_full():
            self.full = False
            return
        going = to_shed(self._stock(now_us), orders.held)
        while going and self._is_full():
            self._erase(going[:AT_ONCE], Why.SHED)
            self.shed += len(going[:AT_ONCE])
            del going[:AT_ONCE]
        self.full = self._is_full()

    def _is_full(self) -> bool:
        folder = self._shelves.folder
        return folder.exists() and self._used(folder) >= self._full_share

    def _stock(self, now_us: int) -> Iterable[Stock]:
        """Every hour on the shelves but those that may still be written to."""
        for label in self._shelves.labels():
            shelf = shelf_of(label.camera)
            for hour in self._shelves.hours(shelf):
                if hour < hour_of(now_us - GRACE_US) and not self._is_open(shelf, hour):
                    yield Stock(label.camera, hour, label.keep)

    def _erase(self, going: list[Stock], why: Why) -> None:
        if not going:
            return
        self.erasures.add([self._said(hours, why) for hours in _stretches(going)])
        for one in going:
            self._vault.destroy(shelf_of(one.camera), one.hour)
        for one in going:
            self._shelves.remove(shelf_of(one.camera), one.hour)

    def _said(self, hours: list[Stock], why: Why) -> Erased:
        return Erased(
            id=secrets.token_hex(8),
            camera=hours[0].camera,
            from_ms=hours[0].from_us // 1000,
            to_ms=hours[-1].to_us // 1000,
            why=why,
            at_ms=int(self._now().timestamp() * 1000),
        )


def _stretches(going: list[Stock]) -> list[list[Stock]]:
    """The hours that follow one another of one camera, together: one row on the ledger each."""
    ordered = sorted(going, key=lambda one: (one.camera, one.hour))
    marked = enumerate(ordered)
    return [[one for _, one in group] for _, group in groupby(marked, lambda at: (at[1].camera, at[1].hour - at[0]))]
