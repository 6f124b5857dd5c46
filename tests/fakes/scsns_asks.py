"""Builders for incidents, grants and requests as the gateway gets them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from bongsu.core.geo import Point
from bongsu.core.grant import Grant, View, ViewTerms, grant_view
from bongsu.core.incident import Incident, State
from bongsu.core.report import Severity, Status
from bongsu.core.request import Ask, Request, ask_of
from fakes.scsns import NOON


def an_incident(**fields: Any) -> Incident:
    """An open robbery told by 112 over SCSNS, in a drill."""
    told: dict[str, Any] = {
        "id": "I-1",
        "version": 1,
        "kind": "robbery",
        "severity": Severity.EXTREME,
        "state": State.OPEN,
        "status": Status.EXERCISE,
        "sender": "NPA112",
        "occurrence": "NPA112/NPAUC102/20261122120000123",
        "event_code": "NPAUC102",
        "opened_at": NOON + timedelta(milliseconds=250),
        "changed_at": NOON,
        "occurred_at": NOON,
        "stated_at": NOON,
        "where": Point(127.1, 37.51),
        "address": "시장길 3",
        "text": "칼을 든 남자",
    }
    return Incident(**(told | fields))


def a_grant() -> Grant:
    """Half an hour of two cameras for 112."""
    views = tuple(
        View(camera=camera, distance_m=20.0, px_per_m=90.0, clear=True, confident=True) for camera in ("C2", "C1,b")
    )
    return grant_view(an_incident(), "police_video", ViewTerms(), views, NOON)


_A_GRANT = a_grant()


def a_request(ask: Ask, grant: Grant | None = _A_GRANT) -> Request:
    """An ask of the 112 room."""
    return ask_of("police112", "police_video", ask, an_incident(), grant, at=NOON, for_s=1800)
