"""What operators change while the platform runs: each record in its newest version, all its versions, and a new one."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from litestar import Request, get, put
from litestar.params import FromPath, FromQuery, JSONBody

from bongsu.access.permit import Action, OfRecord
from bongsu.core.command import Revise
from bongsu.core.errors import Invalid, NotFound, Refused
from bongsu.core.revision import Record, RecordKind, Revision
from bongsu.web.guard import platform_of, session_of
from bongsu.web.telling import asker_of

RECORD_BYTES = 256 * 1024
Why = Annotated[str, msgspec.Meta(max_length=2_000)]


class NewVersion(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`version` is the one that was seen (0: there is none yet), `body` None retires the record, `note` says why."""

    version: int
    body: Record | None
    note: Why


@get("/v1/records", opt={"action": Action.READ_RECORDS})
async def list_records(request: Request[Any, Any, Any], kind: FromQuery[str | None] = None) -> list[Revision]:
    """Every record, or those of one kind, in its newest version."""
    only = None if kind is None else _kind(kind)
    records = platform_of(request).board().records.values()
    return [record for record in records if only is None or record.kind is only]


@get("/v1/records/{kind:str}/{record:str}/history", opt={"action": Action.READ_RECORDS})
async def show_history(request: Request[Any, Any, Any], kind: FromPath[str], record: FromPath[str]) -> list[Revision]:
    """Every version of a record, newest first."""
    found = await platform_of(request).history(_kind(kind), record)
    if not found:
        raise NotFound("record.unknown", kind=kind, id=record)
    return found


@put(
    "/v1/records/{kind:str}/{record:str}",
    opt={"action": Action.REVISE},
    request_max_body_size=RECORD_BYTES,
)
async def revise(
    request: Request[Any, Any, Any], kind: FromPath[str], record: FromPath[str], data: JSONBody[NewVersion]
) -> Revision:
    """Give a record its next version; it holds from the next report on."""
    platform, session = platform_of(request), session_of(request)
    of = _kind(kind)
    if not platform.policy.permits(asker_of(session), Action.REVISE, OfRecord(kind=of.value)):
        raise Refused("record.refused", kind=kind)
    order = Revise(kind=of, id=record, body=data.body, version=data.version, by=session.user, note=data.note)
    return (await platform.order(order)).revisions[0]


def _kind(text: str) -> RecordKind:
    try:
        return RecordKind(text)
    except ValueError:
        raise Invalid("record.kind", kind=text) from None


ROUTES = [list_records, show_history, revise]
