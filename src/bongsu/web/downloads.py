"""Evidence packages leaving the house: a reason, the ledger row on disk, then the file once by a one-time address."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
from litestar import Request, get, post
from litestar.params import FromPath, JSONBody
from litestar.response import Stream

from bongsu.access.permit import Action
from bongsu.core.errors import Conflict, Invalid, NotFound, Refused
from bongsu.core.export import Export, ExportState
from bongsu.core.ledger import Act, LedgerRow
from bongsu.core.person import Session
from bongsu.web.exports import Reason, permitted
from bongsu.web.guard import origin_of, platform_of, session_of
from bongsu.web.platform import Platform

REASON_AT_LEAST = 5
CHUNK_BYTES = 256 * 1024


class Fetch(msgspec.Struct, frozen=True, kw_only=True):
    """Why somebody takes the package with them."""

    reason: Reason


class Address(msgspec.Struct, frozen=True, kw_only=True):
    """Where the package is, once and for a minute."""

    url: str
    name: str
    size_bytes: int


@post("/v1/exports/{export:str}/download", status_code=200, opt={"action": Action.DOWNLOAD_EXPORT})
async def begin_download(request: Request[Any, Any, Any], export: FromPath[str], data: JSONBody[Fetch]) -> Address:
    """The address of a package, after its ledger row is on disk."""
    platform, session = platform_of(request), session_of(request)
    found = _ready(platform, session, export)
    if len(data.reason.strip()) < REASON_AT_LEAST:
        raise Invalid("export.reason", chars=REASON_AT_LEAST)
    await platform.note(_row(platform, session, found, data.reason, origin_of(request)))
    code = platform.codes.make(session.id, export)
    name = platform.releases.path(found).name
    return Address(url=f"/v1/exports/{export}/file/{code}", name=name, size_bytes=found.size_bytes)


@get("/v1/exports/{export:str}/file/{code:str}", opt={"action": Action.DOWNLOAD_EXPORT})
async def send_file(request: Request[Any, Any, Any], export: FromPath[str], code: FromPath[str]) -> Stream:
    """The package, whole; ranges are not served, so what the ledger says was fetched is what was sent."""
    platform, session = platform_of(request), session_of(request)
    found = _ready(platform, session, export)
    if not platform.codes.take(code, session.id, export):
        raise Refused("export.code")
    path = platform.releases.path(found)
    if not await asyncio.to_thread(path.is_file):
        raise NotFound("export.unknown", export=export)
    return Stream(
        _pieces(path),
        media_type="application/zip",
        headers={
            "Content-Disposition": f'attachment; filename="{path.name}"',
            "Content-Length": str(found.size_bytes),
            "Accept-Ranges": "none",
        },
    )


async def _pieces(path: Path) -> AsyncIterator[bytes]:
    file = await asyncio.to_thread(path.open, "rb")
    try:
        while piece := await asyncio.to_thread(file.read, CHUNK_BYTES):
            yield piece
    finally:
        file.close()


def _ready(platform: Platform, session: Session, export_id: str) -> Export:
    export = permitted(platform, session, export_id, Action.DOWNLOAD_EXPORT)
    if export.state is not ExportState.READY:
        raise Conflict("export.not_ready", export=export.id)
    return export


def _row(platform: Platform, session: Session, export: Export, reason: str, origin: str) -> LedgerRow:
    return LedgerRow(
        at=platform.now(),
        act=Act.EXPORT_DOWNLOAD,
        who=session.user,
        agency=session.agency,
        origin=origin,
        camera=",".join(export.cameras),
        incident=export.incident,
        grant=export.grant,
        basis=export.basis.value,
        reason=f"{export.id} {export.sha256[:16]}: {reason.strip()}",
        session=session.id,
    )


ROUTES = [begin_download, send_file]
