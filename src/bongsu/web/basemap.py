"""The base map: one PMTiles file, read in ranges."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from litestar import Request, Response, get

from bongsu.access.permit import Action
from bongsu.core.errors import NotFound
from bongsu.web.guard import platform_of

MEDIA_TYPE = "application/vnd.pmtiles"


@get("/basemap.pmtiles", opt={"action": Action.SEE_BASEMAP})
async def read_basemap(request: Request[Any, Any, Any]) -> Response[bytes]:
    """The map, or the range of it that is asked for (RFC 9110 14: one range of bytes)."""
    path = platform_of(request).basemap
    try:
        return await asyncio.to_thread(_answer, path, request.headers.get("range", ""))
    except FileNotFoundError:
        raise NotFound("basemap.none") from None


def _answer(path: Path, asked: str) -> Response[bytes]:
    with path.open("rb") as file:
        facts = path.stat()
        headers = {
            "Accept-Ranges": "bytes",
            "ETag": f'"{facts.st_mtime_ns:x}-{facts.st_size:x}"',
            "Cache-Control": "private, no-cache",
        }
        part = range_of(asked, facts.st_size)
        if part is None:
            return Response(file.read(), headers=headers, media_type=MEDIA_TYPE)
        if not part:
            headers["Content-Range"] = f"bytes */{facts.st_size}"
            return Response(b"", status_code=416, headers=headers, media_type=MEDIA_TYPE)
        file.seek(part.start)
        headers["Content-Range"] = f"bytes {part.start}-{part.stop - 1}/{facts.st_size}"
        return Response(file.read(len(part)), status_code=206, headers=headers, media_type=MEDIA_TYPE)


def range_of(asked: str, size: int) -> range | None:
    """The bytes a Range header names: None for the whole file (no range, or of another kind), empty past its end."""
    unit, _, spec = asked.strip().partition("=")
    first, dash, last = spec.strip().partition("-")
    if unit.strip() != "bytes" or not dash or not (first or last):
        return None
    if not all(part.isascii() and part.isdigit() for part in (first, last) if part):
        return None
    if not first:
        return range(max(0, size - int(last)), size)
    stop = min(size, int(last) + 1) if last else size
    if last and int(last) < int(first):
        return None
    return range(int(first), max(int(first), stop))


ROUTES = [read_basemap]
