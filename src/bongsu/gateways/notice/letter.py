"""From a request to the letter a message centre reads: ids and facts, never a name or a number."""

from __future__ import annotations

from bongsu.core.consent import subject_of
from bongsu.core.request import Ask, Request
from bongsu.core.words import say

TO = {Ask.TELL_OFFICER: "officer", Ask.TELL_GUARDIAN: "guardian"}


def letter_of(request: Request) -> dict[str, object] | None:
    """The letter of a request, by docs/reference/doors.md; None for an ask that is not about telling people.

    The same request always makes the same letter; `key` lets the centre know it again.
    """
    to = TO.get(request.ask)
    if to is None:
        return None
    incident = request.incident
    where = incident.where
    return {
        "key": request.key,
        "to": to,
        "subject": subject_of(incident),
        "incident": incident.id,
        "kind": incident.kind,
        "name": say(f"kind.{incident.kind}", "ko"),
        "name_en": say(f"kind.{incident.kind}", "en"),
        "status": incident.status.value,
        "severity": incident.severity.value,
        "occurred_at": incident.occurred_at.isoformat(),
        "text": incident.text,
        "address": incident.address,
        "where": None if where is None else {"lon": where.lon, "lat": where.lat},
        "until": request.until.isoformat(),
    }
