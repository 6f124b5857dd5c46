"""Consent to tell guardians (보호자 알림 동의), by ids alone: who a guardian is stands in no record of ours."""

from __future__ import annotations

from datetime import datetime

import msgspec

from bongsu.core.incident import Incident


class Consent(msgspec.Struct, frozen=True, kw_only=True, tag="consent", omit_defaults=True, forbid_unknown_fields=True):
    """The guardians of a subject may be told of these services' cases; the record's id is the subject's.

    With `place` they may also be told where (위치정보법 제19조: consent of its own). After `until` it holds no more;
    retiring the record withdraws it at once, also for what waits in the outbox.
    """

    services: tuple[str, ...]
    place: bool = False
    until: datetime | None = None

    def holds(self, service: str, now: datetime) -> bool:
        """Whether guardians may be told of a case of this service at this moment."""
        return service in self.services and (self.until is None or now < self.until)


def subject_of(incident: Incident) -> str:
    """What a detected case is about: the site or device in its occurrence ("<rule>:<site>:<began_ms>"), "" where it
    was not detected."""
    return _subject(incident.occurrence)


def subjects_of(incident: Incident, city: str) -> frozenset[str]:
    """Everything a case is about that the city (its own code) detected itself, what was joined to it included."""
    told = [(incident.sender, incident.occurrence), *((one.sender, one.occurrence) for one in incident.also)]
    return frozenset(_subject(occurrence) for sender, occurrence in told if sender == city) - {""}


def _subject(occurrence: str) -> str:
    rule, _, rest = occurrence.partition(":")
    site, _, began_ms = rest.rpartition(":")
    return site if rule and began_ms.isdigit() else ""
