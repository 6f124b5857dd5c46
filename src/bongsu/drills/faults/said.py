"""The senders' own log: every report and order of ours, what it was answered, and how often it had to be said."""

from __future__ import annotations

import msgspec


class Told(msgspec.Struct, kw_only=True):
    """One report under one key; every answer it got (journal sequence, 0 where the wire names none; incident).

    `refused` is the HTTP status of a refusal that would not change.
    """

    name: str
    wire: str
    sent_s: float
    tries: int = 0
    answers: list[tuple[int, str]] = []
    answered_s: float = 0.0
    refused: int = 0

    @property
    def acknowledged(self) -> bool:
        """The platform gave its word that it is kept."""
        return bool(self.answers)


class Order(msgspec.Struct, kw_only=True):
    """An operator's order on an incident that stood at `version`; `answered` is the version it made, 0 for none."""

    incident: str
    what: str
    version: int
    tries: int = 0
    answered: int = 0
    status: int = 0


class Said(msgspec.Struct, kw_only=True):
    """Everything we said; `refusals` counts answers that were none by HTTP status."""

    reports: dict[str, Told] = {}
    orders: list[Order] = []
    signed_out: int = 0
    refusals: dict[int, int] = {}

    @property
    def acknowledged(self) -> list[Told]:
        """The reports we hold the platform's word for."""
        return [told for told in self.reports.values() if told.acknowledged]


def name_of(occurrence: str, step: str) -> str:
    """Our name for a report: each case says each step at most once; `occurrence` may have the city's prefix."""
    return f"{occurrence.rpartition('/')[2]}-{step}"
