"""The console's files, read once at the start: only what was found then can be asked for, so no path is ever joined."""

from __future__ import annotations

import mimetypes
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from litestar import Request, Response, get
from litestar.params import FromPath

from bongsu.access.permit import Action
from bongsu.core.errors import NotFound, Unavailable
from bongsu.settings import Settings
from bongsu.web.guard import platform_of, public_origin

INDEX = "index.html"
FOREVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"

mimetypes.add_type("font/woff2", ".woff2")
mimetypes.add_type("text/javascript", ".js")
mimetypes.add_type("text/javascript", ".mjs")

Pages = dict[str, tuple[bytes, str]]
"""Path inside the console → its bytes and media type."""


def read_pages(folder: Path) -> Pages:
    """Every file of the built console; nothing when it was not built."""
    found = sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))
    return {path.relative_to(folder).as_posix(): (path.read_bytes(), _type_of(path)) for path in found}


def csp_of(settings: Settings) -> str:
    """What the console's page may do: its own files, the core, the video sockets; nothing else; nobody frames it."""
    core = public_origin(settings.web.public_url)
    videos = [urlsplit(process.public_url) for process in settings.video.every()]
    connect = ["'self'", core.replace("http", "ws", 1), *(f"{video.scheme}://{video.netloc}" for video in videos)]
    rules = {
        "default-src": "'none'",
        "script-src": "'self'",
        "worker-src": "'self' blob:",  # MapLibre's worker
        "connect-src": " ".join(connect),
        "img-src": "'self' data: blob:",
        "media-src": "'self' blob:",
        "style-src": "'self'",
        "font-src": "'self'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
        "object-src": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


@get("/", opt={"action": Action.SEE_PAGES})
async def index(request: Request[Any, Any, Any]) -> Response[bytes]:
    """The console."""
    if INDEX not in _pages(request):
        raise Unavailable("console.not_built")
    return _answer(request, INDEX, ASK_AGAIN)


@get("/assets/{name:path}", opt={"action": Action.SEE_PAGES})
async def asset(request: Request[Any, Any, Any], name: FromPath[str]) -> Response[bytes]:
    """A file whose name carries the hash of its content."""
    return _answer(request, f"assets/{name.lstrip('/')}", FOREVER)


@get("/fonts/{name:path}", opt={"action": Action.SEE_PAGES})
async def font(request: Request[Any, Any, Any], name: FromPath[str]) -> Response[bytes]:
    """A font."""
    return _answer(request, f"fonts/{name.lstrip('/')}", "public, max-age=86400")


@get("/icon.svg", opt={"action": Action.SEE_PAGES})
async def icon(request: Request[Any, Any, Any]) -> Response[bytes]:
    """The icon in the browser's tab."""
    return _answer(request, "icon.svg", "public, max-age=86400")


def _answer(request: Request[Any, Any, Any], name: str, caching: str) -> Response[bytes]:
    found = _pages(request).get(name)
    if found is None:
        raise NotFound("not_found", what=request.scope["path"])
    body, media_type = found
    headers = {"Cache-Control": caching}
    if media_type.startswith(("text/html", "image/svg")):
        headers["Content-Security-Policy"] = csp_of(platform_of(request).settings)
    return Response(body, media_type=media_type, headers=headers)


def _pages(request: Request[Any, Any, Any]) -> Pages:
    pages: Pages = request.app.state["pages"]
    return pages


def _type_of(path: Path) -> str:
    return mimetypes.guess_type(path.name)[0] or "application/octet-stream"


ROUTES = [index, asset, font, icon]
