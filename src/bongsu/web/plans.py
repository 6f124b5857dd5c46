"""Plans of who goes to a case and the ways of crews: kept as they stand, told to those who may know and nobody else."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import msgspec
from msgspec.structs import replace

from bongsu.access.permit import Action, OfDispatch, load_policy
from bongsu.core.clock import Now
from bongsu.core.dispatch import CrewWay, DispatchPlan
from bongsu.core.grant import Grant
from bongsu.core.person import Session
from bongsu.core.revision import RecordKind, Staff
from bongsu.web.live import LiveBoard
from bongsu.web.needs import Incidents
from bongsu.web.telling import asker_of, word

SERVICE = "fire_dispatch"
AGAIN_MS, WAY_AGAIN_MS = 10_000, 5_000
"""So often a plan or a way is told even where nothing of it changed but its times."""
STEP_MS = 15_000
"""A time that changed by less is no news."""


class Plans:
    """The plans by case and the ways by crew, as they were worked out last."""

    def __init__(self, live: LiveBoard, board: Incidents, now: Now) -> None:
        self._live = live
        self._board = board
        self._now = now
        self._policy = load_policy()
        self.plans: dict[str, DispatchPlan] = {}
        self.ways: dict[str, CrewWay] = {}
        self._told: dict[str, tuple[object, int]] = {}

    def keep(self, plan: DispatchPlan) -> None:
        """A case's plan as it is now, with the ways of its crews."""
        self.plans[plan.incident] = plan
        if self._is_news(plan.incident, _gist(plan), plan.at_ms, AGAIN_MS):
            self._tell_plan(plan)
        for way in plan.ways:
            self.ways[way.unit] = way
            gist = (way.incident, way.number, way.problem, way.doubts, way.eta and way.eta.ms // STEP_MS)
            if self._is_news(f"way {way.unit}", gist, way.at_ms, WAY_AGAIN_MS):
                self._tell_way(way.unit, way)

    def forget(self, open_: Collection[str], sent: Collection[str]) -> None:
        """Keep the plans of open cases and the ways of crews sent to them; a crew that is sent no more hears it."""
        self.plans = {name: plan for name, plan in self.plans.items() if name in open_}
        for unit in [one for one in self.ways if one not in sent]:
            del self.ways[unit]
            self._told.pop(f"way {unit}", None)
            self._tell_way(unit, None)
        self._told = {name: told for name, told in self._told.items() if name in open_ or name.startswith("way ")}

    def thing(self, session: Session, incident: str, unit: str = "") -> OfDispatch:
        """A case's dispatch, or with `unit` the way of one crew, as the policy sees it."""
        grants, case = self._grants(session, incident), self._board.incidents.get(incident)
        own = unit_of(self._board, session)
        return OfDispatch(
            agency=session.agency if grants else "",
            live=bool(grants),
            case_open=case is not None and not case.is_over,
            own_crew=bool(own) and own == unit,
            by_crew=bool(own),
        )

    def for_eyes(self, session: Session, plan: DispatchPlan) -> DispatchPlan:
        """A plan as a session may see it: of cameras, an agency is told of those its live grants name."""
        if not session.agency:
            return plan
        named = self._named(session, plan.incident)
        return replace(
            plan,
            cameras=tuple(view for view in plan.cameras if view.camera in named),
            ways=tuple(_with(way, named) for way in plan.ways),
        )

    def way_for_eyes(self, session: Session, way: CrewWay) -> CrewWay:
        """A way as a session may see it."""
        return _with(way, self._named(session, way.incident)) if session.agency else way

    def _tell_plan(self, plan: DispatchPlan) -> None:
        for listener in self._live.listeners:
            thing = self.thing(listener.session, plan.incident)
            if self._policy.permits(asker_of(listener.session), Action.SEE_DISPATCH, thing):
                listener.push([word("dispatch", plan=self.for_eyes(listener.session, plan))])

    def _tell_way(self, unit: str, way: CrewWay | None) -> None:
        for listener in self._live.listeners:
            if unit_of(self._board, listener.session) == unit:
                shown = way and self.way_for_eyes(listener.session, way)
                listener.push([word("way", way=shown)])

    def _is_news(self, name: str, gist: object, at_ms: int, again_ms: int) -> bool:
        before = self._told.get(name)
        if before is not None and before[0] == gist and at_ms - before[1] < again_ms:
            return False
        self._told[name] = (gist, at_ms)
        return True

    def _grants(self, session: Session, incident: str) -> list[Grant]:
        """An agency's live grants of the fire service's kind on a case."""
        now: datetime = self._now()
        return [
            grant
            for grant in self._board.grants_of(incident)
            if session.agency and grant.agency == session.agency and grant.service == SERVICE and grant.is_live(now)
        ]

    def _named(self, session: Session, incident: str) -> set[str]:
        return {view.camera for grant in self._grants(session, incident) for view in grant.views}


def unit_of(board: Incidents, session: Session) -> str:
    """The crew a session is, "" of somebody at a desk; as the record says now."""
    record = board.records.get((RecordKind.USER, session.user))
    body = record.body if record is not None else None
    return body.unit if isinstance(body, Staff) and not body.suspended else ""


def _with(way: CrewWay, named: Collection[str]) -> CrewWay:
    return replace(way, cameras=tuple(one for one in way.cameras if one.camera in named))


def _gist(plan: DispatchPlan) -> object:
    """What of a plan is worth telling at once."""
    candidates = tuple(
        (one.unit, one.problem, one.sent, one.doubts, one.eta and one.eta.ms // STEP_MS) for one in plan.candidates
    )
    ways = tuple((way.unit, way.number, way.problem) for way in plan.ways)
    near = (plan.cameras, *(tuple(one.id for one in stands) for stands in (plan.hydrants, plan.hazards)))
    return msgspec.json.encode((plan.problem, candidates, ways, near, plan.closures, plan.unplaced))
