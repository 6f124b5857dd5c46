"""Where a video process listens for the core: a local socket here, TLS with certificates on both sides elsewhere."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable
from pathlib import Path

import structlog

from bongsu.core.errors import Invalid
from bongsu.core.processes import CORE, Tls, place_of

LINE_BYTES = 64 * 1024 * 1024
WAITING = 4
HANDSHAKE_S = 5.0

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
Listen = Callable[[Serve], Awaitable[asyncio.Server]]
"""Opens the line; every connection of the core's is handed to what it is given."""

_log = structlog.get_logger()


def at_socket(path: Path) -> Listen:
    """At a local socket (0600); one left behind by a dead process is replaced."""

    async def listen(serve: Serve) -> asyncio.Server:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        listener.bind(str(path))
        path.chmod(0o600)
        return await asyncio.start_unix_server(serve, sock=listener, limit=LINE_BYTES, backlog=WAITING)

    return listen


def at_port(control: str, tls: Tls) -> Listen:
    """At a port, to whoever proves by certificate to be the core. Raises Invalid("settings.video_tls")."""
    context, (host, port) = context_of(tls), place_of(control)

    async def listen(serve: Serve) -> asyncio.Server:
        async def serve_core(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            if _is_core(writer):
                await serve(reader, writer)
                return
            _log.error("control.stranger", code="video.certificate")
            writer.close()

        return await asyncio.start_server(
            serve_core, host, port, ssl=context, ssl_handshake_timeout=HANDSHAKE_S, limit=LINE_BYTES, backlog=WAITING
        )

    return listen


def context_of(tls: Tls) -> ssl.SSLContext:
    """What we prove ourselves with, and whom we believe: TLS 1.3, one authority, nobody without a certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.verify_mode = ssl.CERT_REQUIRED
    try:
        context.load_cert_chain(tls.cert, tls.key)
        context.load_verify_locations(tls.ca)
    except (OSError, ssl.SSLError) as problem:
        raise Invalid("settings.video_tls", detail=problem.strerror or type(problem).__name__) from problem
    return context


def _is_core(writer: asyncio.StreamWriter) -> bool:
    """Tell whether the certificate shown is the core's: another video process has one of the same authority."""
    shown = writer.get_extra_info("peercert") or {}
    return ("DNS", CORE) in shown.get("subjectAltName", ())
