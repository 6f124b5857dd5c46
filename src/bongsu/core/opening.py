"""How a service opens the cameras that see a case to an agency, and says when that is over."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from bongsu.core.geo import Point
from bongsu.core.grant import Grant, View, ViewTerms, grant_view
from bongsu.core.incident import Change, What
from bongsu.core.request import Ask, Request, ask_of

END_FOR_S = 86_400.0
"""How long the news that the right is over stays worth delivering."""


class Sight(Protocol):
    """Who knows which cameras see a place: the city."""

    def who_sees(
        self, where: Point, *, within_m: float, at_most: int, agency: str = "", basis: str = ""
    ) -> tuple[View, ...]:
        """The cameras that see it best, of those the agency may see on the basis."""


def open_views(change: Change, sight: Sight, service: str, terms: ViewTerms, ask: Ask) -> Iterator[Grant | Request]:
    """A right to view the cameras that see a case of the listed kinds, and the ask that tells the agency of it.

    Silent unless the case was opened or moved, and while nobody knows where it is.
    """
    incident, at = change.incident, change.at
    if incident.kind not in terms.kinds or incident.where is None:
        return
    if change.what not in (What.OPENED, What.MOVED):
        return
    views = sight.who_sees(
        incident.where, within_m=terms.within_m, at_most=terms.cameras, agency=terms.agency, basis=terms.basis
    )
    grant = grant_view(incident, service, terms, views, at)
    yield grant
    yield ask_of(terms.agency, service, ask, incident, grant, at=at, for_s=terms.lease_s)


def tell_end(change: Change, service: str, terms: ViewTerms) -> Iterator[Request]:
    """The ask that tells the agency that its right is over, once the case is."""
    if change.incident.kind in terms.kinds and change.what in (What.CLOSED, What.CANCELLED, What.MERGED):
        yield ask_of(terms.agency, service, Ask.END_VIDEO, change.incident, None, at=change.at, for_s=END_FOR_S)
