"""The life of a case as one table: what each step of a report does in each state.

SCSNS steps may come in any order. A 50, 90 or 91 that arrives before its 10 leaves a tombstone: the incident
begins ended, and the late 10 only fills in what was not known.
"""

from __future__ import annotations

from bongsu.core.incident import State, What
from bongsu.core.report import Step

_BEGIN = {
    Step.OCCURRED: (What.OPENED, State.OPEN),
    Step.CHANGED: (What.OPENED, State.OPEN),
    Step.RELEASED: (What.CLOSED, State.CLOSED),
    Step.ENDED: (What.CLOSED, State.CLOSED),
    Step.CANCELLED: (What.CANCELLED, State.CANCELLED),
}

_GOES_ON = {
    Step.RELEASED: (What.CLOSED, State.CLOSED),
    Step.ENDED: (What.CLOSED, State.CLOSED),
    Step.CANCELLED: (What.CANCELLED, State.CANCELLED),
}


def step(state: State | None, said: Step) -> tuple[What, State]:
    """What a report's step does to a case in this state (None: not known yet), and the state after it."""
    if state is None:
        return _BEGIN[said]
    if state in (State.CLOSED, State.CANCELLED):
        return What.NOTED, state
    return _GOES_ON.get(said, (What.NOTED, state))
