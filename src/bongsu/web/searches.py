"""Maps of where somebody lost may be: kept as they stand, told to those who may see the case and nobody else."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime

from msgspec.structs import replace

from bongsu.access.permit import Action, OfSearch, load_policy
from bongsu.core.clock import Now
from bongsu.core.grant import Grant
from bongsu.core.incident import Incident
from bongsu.core.person import Session
from bongsu.core.search import SearchMap
from bongsu.web.live import LiveBoard
from bongsu.web.needs import Incidents
from bongsu.web.telling import asker_of, word


class Searches:
    """The maps by case, as they were worked out last."""

    def __init__(self, live: LiveBoard, board: Incidents, now: Now, is_search: Callable[[Incident], bool]) -> None:
        self._live = live
        self._board = board
        self._now = now
        self.is_search = is_search
        self._policy = load_policy()
        self.maps: Mapping[str, SearchMap] = {}

    def keep(self, found: SearchMap) -> None:
        """A case's map as it is now; whoever may see it is told that it changed, and asks for it when they want it."""
        self.maps = {**self.maps, found.incident: found}
        said = {"at_ms": found.at_ms, "number": found.number, "problem": found.problem, "searched": found.searched}
        text = word("search", incident=found.incident, **said)
        for listener in self._live.listeners:
            thing = self.thing(listener.session, found.incident)
            if self._policy.permits(asker_of(listener.session), Action.SEE_SEARCH, thing):
                listener.push([text])

    def forget(self, open_: Collection[str]) -> None:
        """Keep the maps of these cases only."""
        if not self.maps.keys() <= set(open_):
            self.maps = {name: found for name, found in self.maps.items() if name in open_}

    def thing(self, session: Session, incident: str, camera: str = "") -> OfSearch:
        """A case's search, or a look at one camera in it, as the policy sees it."""
        return thing_of(self._board, self._now(), session, incident, camera)

    def for_eyes(self, session: Session, found: SearchMap) -> SearchMap:
        """A map as a session may see it: of cameras, an agency is told of those its live grants name."""
        if not session.agency:
            return found
        named = named_of(grants_of(self._board, self._now(), session, found.incident))
        return replace(
            found,
            reviews=tuple(one for one in found.reviews if one.camera in named),
            cameras=tuple(one for one in found.cameras if one.camera in named),
        )


def thing_of(board: Incidents, now: datetime, session: Session, incident: str, camera: str = "") -> OfSearch:
    """The search for somebody lost or fled in a case, or a look at one camera in it, as the policy sees it."""
    grants, case = grants_of(board, now, session, incident), board.incidents.get(incident)
    return OfSearch(
        agency=session.agency if grants else "",
        live=bool(grants),
        case_open=case is not None and not case.is_over,
        names_camera=not camera or camera in named_of(grants),
    )


def grants_of(board: Incidents, now: datetime, session: Session, incident: str) -> list[Grant]:
    """A session's agency's live grants on a case."""
    grants = board.grants_of(incident) if session.agency else ()
    return [grant for grant in grants if grant.agency == session.agency and grant.is_live(now)]


def named_of(grants: Iterable[Grant]) -> frozenset[str]:
    """The cameras that grants name."""
    return frozenset(view.camera for grant in grants for view in grant.views)
