"""Watch plans of those who fled: kept as they stand, told to those who may see the case and nobody else."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from msgspec.structs import replace

from bongsu.access.permit import Action, load_policy
from bongsu.core.clock import Now
from bongsu.core.person import Session
from bongsu.core.pursuit import Watched, WatchPlan
from bongsu.web.live import LiveBoard
from bongsu.web.needs import Incidents
from bongsu.web.searches import grants_of, named_of, thing_of
from bongsu.web.telling import asker_of, word


class Watches:
    """The plans by case, as they were worked out last."""

    def __init__(self, live: LiveBoard, board: Incidents, now: Now) -> None:
        self._live = live
        self._board = board
        self._now = now
        self._policy = load_policy()
        self.plans: Mapping[str, WatchPlan] = {}

    def keep(self, plan: WatchPlan) -> None:
        """A case's plan as it is now; whoever may see it is told that there is one, and asks for it."""
        self.plans = {**self.plans, plan.incident: plan}
        text = word("watch", incident=plan.incident, at_ms=plan.at_ms, number=plan.number, problem=plan.problem)
        for listener in self._live.listeners:
            thing = thing_of(self._board, self._now(), listener.session, plan.incident)
            if self._policy.permits(asker_of(listener.session), Action.SEE_WATCH, thing):
                listener.push([text])

    def forget(self, open_: Collection[str]) -> None:
        """Keep the plans of these cases only."""
        if not self.plans.keys() <= set(open_):
            self.plans = {name: plan for name, plan in self.plans.items() if name in open_}

    def for_eyes(self, session: Session, plan: WatchPlan) -> WatchPlan:
        """A plan as a session may see it: of cameras, an agency is told of those its live grants name."""
        if not session.agency:
            return plan
        named = named_of(grants_of(self._board, self._now(), session, plan.incident))

        def shown(watched: tuple[Watched, ...]) -> tuple[Watched, ...]:
            return tuple(one for one in watched if one.camera in named)

        slots = tuple(replace(slot, cameras=shown(slot.cameras)) for slot in plan.slots)
        return replace(plan, slots=slots, replay=shown(plan.replay))
