"""The life of an export: asked, approved where a second person is needed, built, ready; every step is kept."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from msgspec.structs import replace

from bongsu.core.clock import KST
from bongsu.core.command import ApproveExport, AskExport, AskMasked, OfExports, RefuseExport, SettleExport
from bongsu.core.entry import Decision
from bongsu.core.errors import Conflict, Invalid, NotFound, Refused
from bongsu.core.export import TO_BUILD, Export, ExportState, ExportStep, ExportTerms, Ring
from bongsu.core.ledger import Act, LedgerRow
from bongsu.core.revision import RecordKind
from bongsu.desk.board import Board
from bongsu.desk.masks import masks_of

REASON_CHARS_AT_LEAST = 5
CORNERS_AT_MOST = 100
ACTS = {
    ExportState.ASKED: Act.EXPORT_ASK,
    ExportState.APPROVED: Act.EXPORT_APPROVE,
    ExportState.REFUSED: Act.EXPORT_REFUSE,
    ExportState.BUILDING: Act.EXPORT_BUILD,
    ExportState.READY: Act.EXPORT_END,
    ExportState.FAILED: Act.EXPORT_END,
}
NEXT = {
    ExportState.BUILDING: frozenset({ExportState.APPROVED}),
    ExportState.READY: TO_BUILD,
    ExportState.FAILED: TO_BUILD,
}


def export_step(board: Board, command: OfExports, now: datetime) -> Decision:
    """What an order on exports comes to. Raises NotFound, Conflict, Invalid, Refused."""
    match command:
        case AskExport():
            return Decision(exports=(_ask(board, command, now),))
        case AskMasked():
            return Decision(exports=(_ask_masked(board, command, now),))
        case ApproveExport() | RefuseExport():
            return Decision(exports=(_judge(board, command, now),))
        case SettleExport():
            return Decision(exports=_settle(board, command, now))


def terms_of(board: Board) -> ExportTerms:
    """The rules exports are under now."""
    record = board.records.get((RecordKind.EXPORT, "desk"))
    return record.body if record is not None and isinstance(record.body, ExportTerms) else ExportTerms()


def check_reason(text: str) -> str:
    """A reason somebody can be asked about. Raises Invalid("export.reason")."""
    if len(text.strip()) < REASON_CHARS_AT_LEAST:
        raise Invalid("export.reason", chars=REASON_CHARS_AT_LEAST)
    return text.strip()


def check_span(cameras: tuple[str, ...], since: datetime, until: datetime, now: datetime) -> None:
    """Some cameras, each once, and a span that is over. Raises Invalid("export.span"), Invalid("export.cameras")."""
    if not since < until <= now:
        raise Invalid("export.span")
    if not cameras or len(set(cameras)) != len(cameras):
        raise Invalid("export.cameras")


def _ask(board: Board, command: AskExport, now: datetime) -> Export:
    if command.incident not in board.incidents:
        raise NotFound("incident.unknown", incident=command.incident)
    terms = terms_of(board)
    check_span(command.cameras, command.since, command.until, now)
    lasts_s = (command.until - command.since).total_seconds()
    if lasts_s > terms.at_most_s or len(command.cameras) > terms.cameras_at_most:
        raise Invalid("export.too_long", at_most_s=int(terms.at_most_s), cameras=terms.cameras_at_most)
    fresh = Export(
        id=f"E-{now.astimezone(KST):%Y%m%d}-{len(board.exports) + 1:05d}",
        version=0,
        incident=command.incident,
        cameras=command.cameras,
        since=command.since,
        until=command.until,
        basis=command.basis,
        reason=check_reason(command.reason),
        asked_by=command.by,
        state=ExportState.ASKED,
        second_person=command.basis.value in terms.second_person,
        agency=command.agency,
        grant=command.grant,
        floor=command.floor,
    )
    return _begin(fresh, now)


def _ask_masked(board: Board, command: AskMasked, now: datetime) -> Export:
    original = _known(board, command.export)
    if original.state is not ExportState.READY or original.masked:
        raise Conflict("export.not_ready", export=original.id)
    _check_zones(original, command.zones)
    fresh = replace(
        original,
        id=f"E-{now.astimezone(KST):%Y%m%d}-{len(board.exports) + 1:05d}",
        version=0,
        reason=check_reason(command.reason),
        asked_by=command.by,
        second_person=original.basis.value in terms_of(board).second_person,
        steps=(),
        masked=True,
        zones=_zones(board, original, command.zones),
        derived_from=original.id,
        derivatives=(),
        sha256="",
        size_bytes=0,
    )
    return _begin(fresh, now)


def _zones(board: Board, original: Export, asked: Mapping[str, tuple[Ring, ...]]) -> dict[str, tuple[Ring, ...]]:
    """What is blacked out by camera: its own mask as it holds now, and what was asked for on top."""
    masks = masks_of(board.records)
    whole = {camera: masks.get(camera, ()) + asked.get(camera, ()) for camera in original.cameras}
    return {camera: rings for camera, rings in whole.items() if rings}


def _check_zones(original: Export, zones: Mapping[str, tuple[Ring, ...]]) -> None:
    rings = [ring for camera in zones.values() for ring in camera]
    is_sound = all(3 <= len(ring) <= CORNERS_AT_MOST for ring in rings)
    is_inside = all(0 <= share <= 1 for ring in rings for corner in ring for share in corner)
    if not set(zones) <= set(original.cameras) or not is_sound or not is_inside:
        raise Invalid("export.zones")


def _begin(fresh: Export, now: datetime) -> Export:
    """Asked, and where nobody else is needed, let go on at once."""
    asked = _after(fresh, ExportState.ASKED, fresh.asked_by, now, fresh.reason)
    return asked if asked.second_person else _after(asked, ExportState.APPROVED, asked.asked_by, now)


def _judge(board: Board, command: ApproveExport | RefuseExport, now: datetime) -> Export:
    export = _known(board, command.export)
    if export.state is not ExportState.ASKED:
        raise Conflict("export.decided", export=export.id, state=export.state.value)
    if isinstance(command, RefuseExport):
        return _after(export, ExportState.REFUSED, command.by, now, check_reason(command.note))
    if command.by == export.asked_by:
        raise Refused("export.own", export=export.id)
    return _after(export, ExportState.APPROVED, command.by, now, command.note.strip())


def _settle(board: Board, command: SettleExport, now: datetime) -> tuple[Export, ...]:
    export = _known(board, command.export)
    if export.state not in NEXT.get(command.state, frozenset()):
        raise Conflict("export.decided", export=export.id, state=export.state.value)
    settled = _after(export, command.state, command.by, now, command.fault)
    settled = replace(settled, sha256=command.sha256, size_bytes=command.size_bytes, fault=command.fault)
    original = board.exports.get(export.derived_from)
    if command.state is not ExportState.READY or original is None:
        return (settled,)
    linked = replace(original, version=original.version + 1, derivatives=(*original.derivatives, export.id))
    return settled, linked


def _known(board: Board, export_id: str) -> Export:
    export = board.exports.get(export_id)
    if export is None:
        raise NotFound("export.unknown", export=export_id)
    return export


def _after(export: Export, state: ExportState, by: str, now: datetime, note: str = "") -> Export:
    step = ExportStep(state=state, at=now, by=by, note=note)
    return replace(export, version=export.version + 1, state=state, steps=(*export.steps, step))


def export_rows(before: Mapping[str, Export], exports: tuple[Export, ...]) -> tuple[LedgerRow, ...]:
    """One ledger row for each step these exports have gone beyond `before`."""
    return tuple(
        _row(export, step)
        for export in exports
        for step in export.steps[len(before[export.id].steps) if export.id in before else 0 :]
    )


def _row(export: Export, step: ExportStep) -> LedgerRow:
    what = "masked copy" if export.masked else f"{len(export.cameras)} cameras"
    span = f"{export.since.isoformat()} – {export.until.isoformat()}"
    return LedgerRow(
        at=step.at,
        act=ACTS[step.state],
        who=step.by,
        agency=export.agency,
        camera=",".join(export.cameras),
        incident=export.incident,
        grant=export.grant,
        basis=export.basis.value,
        reason=f"{export.id} {step.state.value}: {step.note or '-'} ({what}, {span})",
    )
