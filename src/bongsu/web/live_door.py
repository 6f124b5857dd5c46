"""The door of the live board: lets a signed-in person listen, and tells anybody else why not."""

from __future__ import annotations

import asyncio
from typing import Any

from litestar import WebSocket
from litestar.exceptions import WebSocketDisconnect
from litestar.handlers import websocket
from litestar.params import FromQuery

from bongsu.access.permit import Action
from bongsu.core.errors import BongsuError
from bongsu.web.connection import SESSION_OVER, Connection
from bongsu.web.errors import record_failure
from bongsu.web.guard import find_session, platform_of
from bongsu.web.session import EXPIRED
from bongsu.web.showing import Showing
from bongsu.web.telling import audience_of, word


@websocket("/v1/live", opt={"action": Action.WATCH_BOARD, "answers_strangers": True})
async def live(socket: WebSocket[Any, Any, Any], after: FromQuery[int | None] = None) -> None:
    """The live board, from `after` on or from a snapshot; the listener says which devices it shows, and ping."""
    platform, session = platform_of(socket), find_session(socket)
    await socket.accept()
    if session is None or not platform.identity.is_running(session.id):
        await socket.send_text(word("ended", reason=EXPIRED))
        await socket.close(SESSION_OVER, EXPIRED)
        return
    listener = platform.live.join(session, audience_of(session, platform.policy), after)
    showing = Showing(platform, session, listener)
    hearing = asyncio.create_task(_hear(socket, showing, listener))
    try:
        await listener.serve(socket, hearing)
    finally:
        platform.live.leave(listener)
        showing.close()
        hearing.cancel()
        await asyncio.wait({hearing})


async def _hear(socket: WebSocket[Any, Any, Any], showing: Showing, listener: Connection) -> None:
    """Read until the listener leaves; what it may not have is said to it, and written on the ledger."""
    try:
        while True:
            text = await socket.receive_data(mode="text")
            try:
                showing.want(text)
            except BongsuError as problem:
                listener.push([word("refused", code=problem.code)])
                await record_failure(problem, socket.scope)
    except WebSocketDisconnect:
        return


ROUTES = [live]
