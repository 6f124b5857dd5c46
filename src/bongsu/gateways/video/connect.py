"""How a video process is reached: its local socket here, TLS with certificates on both sides on another machine."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from pathlib import Path

from bongsu.core.errors import Invalid
from bongsu.core.processes import Process, Tls, place_of

LINE_BYTES = 4 * 1024 * 1024

Connect = Callable[[], Awaitable[tuple[asyncio.StreamReader, asyncio.StreamWriter]]]
"""Opens one connection. Raises OSError, and ssl.SSLError (one of them) where a certificate is not believed."""


def by_socket(path: Path) -> Connect:
    """Over the local socket at a path, which only our own user may open."""

    async def connect() -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_unix_connection(str(path), limit=LINE_BYTES)

    return connect


def by_tls(process: Process, tls: Tls) -> Connect:
    """Over TLS to another machine, whose certificate must name the process. Raises Invalid("settings.video_tls")."""
    context, (host, port) = context_of(tls), place_of(process.control)

    async def connect() -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection(host, port, ssl=context, server_hostname=process.name, limit=LINE_BYTES)

    return connect


def context_of(tls: Tls) -> ssl.SSLContext:
    """What we prove ourselves with, and whom we believe: TLS 1.3, one authority, no plain fallback."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    try:
        context.load_cert_chain(tls.cert, tls.key)
        context.load_verify_locations(tls.ca)
    except (OSError, ssl.SSLError) as problem:
        raise Invalid("settings.video_tls", detail=problem.strerror or type(problem).__name__) from problem
    return context
