"""The door of the live board: lets a signed-in person listen, and tells anybody else why not."""

from __future__ import annotations

import asyncio
from typing import Any

from litestar import WebSocket
from litestar.exceptions import WebSocketDisconnect
from litestar.handlers import websocket
from litestar.params import FromQuery

from bongsu.access.permit import Action
from bongsu.web.connection import SESSION_OVER
from bongsu.web.guard import find_session, platform_of
from bongsu.web.session import EXPIRED
from bongsu.web.telling import audience_of, word


@websocket("/v1/live", opt={"action": Action.WATCH_BOARD, "answers_strangers": True})
async def live(socket: WebSocket[Any, Any, Any], after: FromQuery[int | None] = None) -> None:
    """The live board, from `after` on or from a snapshot; the listener says nothing but ping."""
    platform, session = platform_of(socket), find_session(socket)
    await socket.accept()
    if session is None or not platform.identity.is_running(session.id):
        await socket.send_text(word("ended", reason=EXPIRED))
        await socket.close(SESSION_OVER, EXPIRED)
        return
    listener = platform.live.join(session, audience_of(session, platform.policy), after)
    hearing = asyncio.create_task(_hear(socket))
    try:
        await listener.serve(socket, hearing)
    finally:
        platform.live.leave(listener)
        hearing.cancel()
        await asyncio.wait({hearing})


async def _hear(socket: WebSocket[Any, Any, Any]) -> None:
    """Read and forget until the listener leaves."""
    try:
        while True:
            await socket.receive_data(mode="text")
    except WebSocketDisconnect:
        return


ROUTES = [live]
