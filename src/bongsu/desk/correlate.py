"""Are these two reports one event? Decided by the ratio of two likelihoods (docs/explanation/correlation.md).

The case joins the open incident for which "another report of it" is most probable against "a report of something
else", if that ratio is above one. A swallowed incident is the worst error: what is not clear stays apart.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import msgspec

from bongsu.core.geo import Point
from bongsu.core.incident import UNKNOWN_KIND, Incident
from bongsu.core.report import Report, Step
from bongsu.core.revision import Correlation, KindTerms, RecordKind
from bongsu.desk.board import Board
from bongsu.desk.cases import LEAST_M, sigma_m, terms_of

BEGINS = frozenset({Step.OCCURRED, Step.CHANGED})
PER_DAY = 20.0
"""How often a kind without a record happens in the city."""
REACH_AT_MOST_M = 500.0
"""Nothing farther apart is joined, however badly its place is known: an operator sees more than a distance."""
DAY_S = 86_400.0
HOUR_S = 3_600.0
KM2 = 1e6


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A report as it is held against incidents.

    `weights` are, for each degree in which a kind may match, what does not depend on the incident:
    ln P(type match) + ln prior − ln τ − ln 2π − ln λ_bg.
    """

    report: Report
    where: Point
    kind: str
    family: str
    sigma_m: float
    weights: dict[str, float]
    terms: Correlation


def find_same(board: Board, report: Report, kind: str, area_m2: float) -> Incident | None:
    """The open incident this first report of a case speaks of too, if any."""
    if report.step not in BEGINS or report.where is None or kind == UNKNOWN_KIND or _is_apart(board, kind):
        return None
    terms = terms_of(board)
    asked = Asked(
        report=report,
        where=report.where,
        kind=kind,
        family=_family(board, kind),
        sigma_m=sigma_m(terms, report.sender, report.accuracy_m),
        weights=_weights(_background(board, kind, area_m2, terms), terms),
        terms=terms,
    )
    rated = [(log_ratio(asked, one, place), one.id, one) for one, place in _candidates(board, asked)]
    likeliest = max(rated, default=None)
    return likeliest[2] if likeliest is not None and likeliest[0] > 0 else None


def _candidates(board: Board, asked: Asked) -> Iterator[tuple[Incident, float]]:
    """The incidents whose kind and place speak for a common cause, with how much: ln N(d; σa²+σg²) and the weight."""
    reach = {likeness: reach_m(asked, weight) for likeness, weight in asked.weights.items()}
    for kind in board.nearby.kinds:
        likeness = _likeness(board, asked, kind)
        if kind == UNKNOWN_KIND or reach[likeness] <= 0 or _is_apart(board, kind):
            continue
        for incident, distance_m in board.nearby.around(asked.where, kind, reach[likeness]):
            variance = asked.sigma_m**2 + sigma_m(asked.terms, incident.sender, incident.accuracy_m) ** 2
            place = asked.weights[likeness] - 0.5 * distance_m**2 / variance - math.log(variance)
            if place > 0 and incident.status is asked.report.status:
                yield incident, place


def log_ratio(asked: Asked, incident: Incident, place: float) -> float:
    """ln P(this report | another one of the incident) − ln P(this report | of something else).

    ln N(d; σa²+σg²) + ln(e^(−Δt/τ)/τ) − ln λ_bg + ln P(type match) + ln prior; −∞ where it cannot be. `place` is
    all of it but the time and what is known of the sender.
    """
    terms = asked.terms
    apart_s = _apart_s(asked.report, incident)
    if apart_s > terms.within_s:
        return -math.inf
    who = terms.same_sender if _tells_again(asked, incident) else 1.0
    return place - apart_s / terms.tau_s + math.log(who / max(1.0, terms.same_sender))


def reach_m(asked: Asked, weight: float) -> float:
    """Beyond this distance nothing of this weight can be the same, whatever the accuracy of its place.

    The density of a normal spread d metres off is highest for σ² = d²/2.
    """
    variance = max(asked.sigma_m**2 + LEAST_M**2, math.exp(min(weight - 1, math.log(REACH_AT_MOST_M**2))))
    return min(REACH_AT_MOST_M, math.sqrt(max(0.0, 2 * variance * (weight - math.log(variance)))))


def _apart_s(report: Report, incident: Incident) -> float:
    """Seconds since the incident began, or since it was seen to move.

    Both clocks must agree, the sender's and ours: a sender's may be wrong, and after an outage everything that was
    held back comes at once by ours.
    """
    moments = [(incident.occurred_at, incident.opened_at)]
    moments += [(case.moved_at, case.moved_at) for case in incident.cases if case.moved_at is not None]
    return min(
        max(abs((report.occurred_at - theirs).total_seconds()), abs((report.received_at - ours).total_seconds()))
        for theirs, ours in moments
    )


def _weights(background: float, terms: Correlation) -> dict[str, float]:
    each = {"kind": terms.same_kind, "family": terms.same_family, "other": terms.other_kind}
    # Where one sender's word weighs more than two's, this is the most it can come to.
    common = terms.prior * max(1.0, terms.same_sender) / (2 * math.pi * terms.tau_s * background)
    return {name: math.log(match * common) if match * common > 0 else -math.inf for name, match in each.items()}


def _likeness(board: Board, asked: Asked, kind: str) -> str:
    """In which of the three degrees a kind matches."""
    if kind == asked.kind:
        return "kind"
    return "family" if asked.family and asked.family == _family(board, kind) else "other"


def is_notice(board: Board, kind: str) -> bool:
    """Whether cases of a kind are over as soon as they are told."""
    known = _terms_of_kind(board, kind)
    return known is not None and known.notice


def _is_apart(board: Board, kind: str) -> bool:
    """Whether each case of a kind is of one person or thing: two neighbours in need are two cases."""
    known = _terms_of_kind(board, kind)
    return known is not None and (known.apart or known.notice)


def _tells_again(asked: Asked, incident: Incident) -> bool:
    sender = asked.report.sender
    return incident.sender == sender or any(case.sender == sender for case in incident.also)


def _background(board: Board, kind: str, area_m2: float, terms: Correlation) -> float:
    """How many unrelated reports of this kind come per m² and s, near a place where something has just been told."""
    known = _terms_of_kind(board, kind)
    per_day = known.per_day if known is not None and known.per_day is not None else PER_DAY
    return per_day / DAY_S / area_m2 + terms.crowd_per_km2_h / KM2 / HOUR_S


def _family(board: Board, kind: str) -> str:
    known = _terms_of_kind(board, kind)
    return known.family if known is not None else ""


def _terms_of_kind(board: Board, kind: str) -> KindTerms | None:
    record = board.records.get((RecordKind.KIND, kind))
    return record.body if record is not None and isinstance(record.body, KindTerms) else None
