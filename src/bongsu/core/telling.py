"""How a care service tells people: those in charge of a subject and its guardians, through a message centre, by id."""

from __future__ import annotations

from collections.abc import Iterator

from bongsu.core.grant import Grant, ViewTerms
from bongsu.core.incident import Change, What
from bongsu.core.opening import Sight, open_views, tell_end
from bongsu.core.request import Ask, Request, ask_of

TELL_FOR_S = 3_600.0
"""How long it stays worth telling that something began; later news would frighten more than help."""


class CareTerms(ViewTerms, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """On which terms a service answers for people and things that sensors watch.

    Of `kinds`, the `unseen` open no camera, `officers` and `guardians` are told to those in charge and to guardians by
    the agency `centre`, which knows who they are.
    """

    centre: str = "message_centre"
    unseen: tuple[str, ...] = ()
    officers: tuple[str, ...] = ()
    guardians: tuple[str, ...] = ()


def open_scene(change: Change, sight: Sight, service: str, terms: CareTerms, ask: Ask) -> Iterator[Grant | Request]:
    """The views of a case and their end, but of kinds that open no camera."""
    if change.incident.kind not in terms.unseen:
        yield from open_views(change, sight, service, terms, ask)
        yield from tell_end(change, service, terms)


def tell_people(change: Change, service: str, terms: CareTerms) -> Iterator[Request]:
    """The asks that those in charge and the guardians be told that a case of the listed kinds began."""
    incident = change.incident
    if incident.kind not in terms.kinds or change.what is not What.OPENED:
        return
    for kinds, ask in ((terms.officers, Ask.TELL_OFFICER), (terms.guardians, Ask.TELL_GUARDIAN)):
        if incident.kind in kinds:
            yield ask_of(terms.centre, service, ask, incident, None, at=change.at, for_s=TELL_FOR_S)
