"""What each record must be to hold: a zone on the map, a purpose within the law, a platform with an admin."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

from shapely import Polygon
from shapely.validation import explain_validity

from bongsu.core.errors import Conflict, Invalid
from bongsu.core.export import ExportTerms
from bongsu.core.geo import Point, is_on_earth
from bongsu.core.grant import Basis
from bongsu.core.person import RESERVED_NAMES, USER_NAME, Role
from bongsu.core.procedure import Procedure
from bongsu.core.revision import Closure, Correlation, KindTerms, PurposeTerms, RecordKind, Staff, Zone
from bongsu.desk.board import Board

RING_POINTS_AT_MOST = 2_000
NAME_CHARS_AT_MOST = 200
RETENTION_DAYS_AT_MOST = 365
CLOSED_AT_MOST = 200
EXPORT_AT_MOST_S = 24 * 3600.0
EXPORT_CAMERAS_AT_MOST = 64
POSITIVE = ("tau_s", "within_s", "same_sender", "crowd_per_km2_h")
SHARES = ("prior", "same_kind", "same_family", "other_kind")


def check_zone(zone: Zone, inside: Callable[[Point], bool]) -> None:
    """A named, closed ring that crosses itself nowhere and lies in the city. Raises Invalid("record.…")."""
    _check_name(zone.name)
    ring = [Point(lon, lat) for lon, lat in zone.ring]
    if len(ring) < 4 or ring[0] != ring[-1] or len(ring) > RING_POINTS_AT_MOST:
        raise Invalid("record.ring", at_most=RING_POINTS_AT_MOST)
    for point in ring:
        if not is_on_earth(point) or not inside(point):
            raise Invalid("record.outside", lon=point.lon, lat=point.lat)
    shape = Polygon(zone.ring)
    if not shape.is_valid or shape.area == 0.0:
        raise Invalid("record.ring_crossed", detail=explain_validity(shape))


def check_placed(body: Zone | Closure, inside: Callable[[Point], bool]) -> None:
    """What is drawn on the map lies on it. Raises Invalid("record.…")."""
    if isinstance(body, Zone):
        check_zone(body, inside)
    else:
        check_closure(body, inside)


def check_closure(closure: Closure, inside: Callable[[Point], bool]) -> None:
    """A named closure of at least one place in the city. Raises Invalid("record.…")."""
    _check_name(closure.name)
    if not 1 <= len(closure.at) <= CLOSED_AT_MOST:
        raise Invalid("record.closed_at", at_most=CLOSED_AT_MOST)
    if closure.since is not None and closure.until is not None and closure.until <= closure.since:
        raise Invalid("record.closed_span")
    for point in [Point(lon, lat) for lon, lat in closure.at]:
        if not is_on_earth(point) or not inside(point):
            raise Invalid("record.outside", lon=point.lon, lat=point.lat)


def check_alone(body: KindTerms | PurposeTerms | Correlation | ExportTerms) -> None:
    """What needs nothing beside itself to be judged."""
    match body:
        case KindTerms():
            _check_kind(body)
        case PurposeTerms():
            _check_purpose(body)
        case Correlation():
            _check_constants(body)
        case ExportTerms():
            _check_export(body)


def _check_kind(kind: KindTerms) -> None:
    """A kind has a name and, where it is known, a number of cases a day."""
    _check_name(kind.name)
    if kind.per_day is not None and not (math.isfinite(kind.per_day) and kind.per_day >= 0):
        raise Invalid("record.number", field="per_day")


def check_listed(board: Board, procedure: Procedure, services: frozenset[str]) -> None:
    """A procedure is for kinds and a service there are: a misspelt one would never begin, and nobody would know."""
    if procedure.service and procedure.service not in services:
        raise Invalid("procedure.service", service=procedure.service)
    for kind in procedure.kinds:
        record = board.records.get((RecordKind.KIND, kind))
        if record is None or record.body is None:
            raise Invalid("procedure.kind", kind=kind)


def _check_purpose(terms: PurposeTerms) -> None:
    """Recordings are kept for a time, and seen on grounds the law knows (개인정보 보호법 시행령 제25조)."""
    if not 1 <= terms.retention_days <= RETENTION_DAYS_AT_MOST:
        raise Invalid("record.retention", at_most=RETENTION_DAYS_AT_MOST)
    known = {basis.value for basis in Basis}
    for agency, bases in terms.agencies.items():
        wrong = [basis for basis in bases if basis not in known]
        if not agency.strip() or not bases or wrong:
            raise Invalid("record.basis", agency=agency, detail=", ".join(wrong))


def _check_export(terms: ExportTerms) -> None:
    """Known grounds, a span and a number of cameras that one package can carry. Raises Invalid("record.…")."""
    wrong = [basis for basis in terms.second_person if basis not in {one.value for one in Basis}]
    if wrong:
        raise Invalid("record.basis", agency="export", detail=", ".join(wrong))
    if not 0 < terms.at_most_s <= EXPORT_AT_MOST_S:
        raise Invalid("record.number", field="at_most_s")
    if not 1 <= terms.cameras_at_most <= EXPORT_CAMERAS_AT_MOST:
        raise Invalid("record.number", field="cameras_at_most")


def check_staff(board: Board, user: str, staff: Staff) -> None:
    """Somebody with a name of their own and the agency their role asks for; one admin always stays."""
    if user in RESERVED_NAMES or staff.name in RESERVED_NAMES or not USER_NAME.fullmatch(staff.name):
        raise Invalid("user.name", name=staff.name)
    if (staff.role is Role.AGENCY) != bool(staff.agency.strip()):
        raise Invalid("user.agency", role=staff.role.value)
    if staff.unit and staff.role is not Role.AGENCY:
        raise Invalid("user.unit", role=staff.role.value)
    others = {other: known for other, known in _staff(board) if other != user}
    if any(known.name == staff.name for known in others.values()):
        raise Conflict("user.exists", name=staff.name)
    was_admin = any(_is_admin(known) for other, known in _staff(board) if other == user)
    if was_admin and not _is_admin(staff) and not any(map(_is_admin, others.values())):
        raise Conflict("user.last_admin")


def _check_constants(constants: Correlation) -> None:
    """Times and accuracies are positive, probabilities are probabilities. Raises Invalid("record.number")."""
    for field in POSITIVE:
        if not _is_positive(getattr(constants, field)):
            raise Invalid("record.number", field=field)
    for field in SHARES:
        if not 0 <= getattr(constants, field) <= 1:
            raise Invalid("record.number", field=field)
    for sender, accuracy_m in constants.accuracy_m.items():
        if not _is_positive(accuracy_m):
            raise Invalid("record.number", field=f"accuracy_m.{sender}")


def _staff(board: Board) -> Iterator[tuple[str, Staff]]:
    for (kind, user), record in board.records.items():
        if kind is RecordKind.USER and isinstance(record.body, Staff):
            yield user, record.body


def _is_admin(staff: Staff) -> bool:
    return staff.role is Role.ADMIN and not staff.suspended


def _is_positive(number: float) -> bool:
    return math.isfinite(number) and number > 0


def _check_name(name: str) -> None:
    if not name.strip() or len(name) > NAME_CHARS_AT_MOST:
        raise Invalid("record.name", at_most=NAME_CHARS_AT_MOST)
