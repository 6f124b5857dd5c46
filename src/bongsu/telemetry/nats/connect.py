"""Our own connection to NATS: kept up for good, and who connects is answered over it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import nats
import structlog
from nats.aio.client import Client
from nats.aio.msg import Msg

from bongsu.core.errors import Unavailable
from bongsu.core.subject import servers_of
from bongsu.telemetry.nats import callout
from bongsu.telemetry.nats.callout import RoleOf
from bongsu.telemetry.nats.config import ACCOUNT
from bongsu.telemetry.nats.nkey import Signer

RETRY_S = 0.25
EACH_WITHIN_S = 5

Renewed = Callable[[], Awaitable[None]]
"""Called each time the connection came back."""

_log = structlog.get_logger()


async def connect(
    url: str, *, user: str = "", password: str = "", renewed: Renewed | None = None, within_s: float = EACH_WITHIN_S
) -> Client:
    """Connect, and stay so whatever the server does.

    Raises Unavailable("telemetry.nats") when nobody lets us in `within_s`.
    """

    async def told(problem: Exception) -> None:
        _log.warning("nats.trouble", problem=type(problem).__name__)

    servers, in_url, secret = servers_of(url)
    try:
        async with asyncio.timeout(within_s):
            return await nats.connect(
                servers,
                user=user or in_url or None,
                password=password or secret or None,
                connect_timeout=EACH_WITHIN_S,
                allow_reconnect=True,
                max_reconnect_attempts=-1,
                reconnect_time_wait=RETRY_S,
                reconnected_cb=renewed,
                error_cb=told,
            )
    except (OSError, TimeoutError, nats.errors.Error) as problem:
        raise Unavailable("telemetry.nats", url=url.rpartition("@")[2]) from problem  # no secret into the log


async def judge_who_connects(connection: Client, signer: Signer, role_of: RoleOf) -> None:
    """Answer our server's questions who may connect, as long as the connection lives."""

    async def asked(request: Msg) -> None:
        await request.respond(callout.answer(request.data, signer, ACCOUNT, role_of))

    await connection.subscribe(callout.SUBJECT, cb=asked)
