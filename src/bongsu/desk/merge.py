"""When two senders speak of one incident: a deliberately timid rule, because a swallowed incident is the worst error.

Only reports of another sender join, of the same known kind, in the same drill-or-real status, close in place and time.
"""

from __future__ import annotations

from collections.abc import Iterable

from bongsu.core.geo import Point, distance_m
from bongsu.core.incident import UNKNOWN_KIND, Incident
from bongsu.core.report import Report, Step

WITHIN_M = 50.0
WITHIN_S = 120.0


def find_same(report: Report, kind: str, open_incidents: Iterable[Incident]) -> Incident | None:
    """The nearest open incident this first report of a case speaks of too, if any."""
    if report.step is not Step.OCCURRED or report.where is None or kind == UNKNOWN_KIND:
        return None
    near = [
        (distance_m(report.where, incident.where), incident.id, incident)
        for incident in open_incidents
        if incident.where is not None and _could_be(report, kind, incident, incident.where)
    ]
    return min(near)[2] if near else None


def _could_be(report: Report, kind: str, incident: Incident, where: Point) -> bool:
    apart_s = abs((report.occurred_at - incident.occurred_at).total_seconds())
    return (
        incident.sender != report.sender
        and incident.kind == kind
        and incident.status is report.status
        and apart_s <= WITHIN_S
        and report.where is not None
        and distance_m(report.where, where) <= WITHIN_M
    )
