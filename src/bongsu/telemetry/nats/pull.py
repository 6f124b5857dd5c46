"""A thin pull consumer of JetStream: some thousand messages are always asked for, and acknowledged up to one at once.

nats-py's own `fetch` costs 54 µs a message; this costs a fifth. The stream keeps what is not acknowledged: after a
restart the consumer is made anew from there, because one that goes on would give what was pending only much later.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import Sequence
from pathlib import Path

import msgspec
import nats
import structlog
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy, DiscardPolicy, StorageType, StreamConfig

from bongsu.core.subject import name_of
from bongsu.telemetry.stream import Message

STREAM, CONSUMER = "readings", "telemetry"
ASK, ASKED_MOST = 1_000, 4_000
ASK_BYTES = 4 * 1024 * 1024
EXPIRES_S = 30.0
ACK_WAIT_S = 600.0
PENDING_MOST = 2_000_000
PURGE_EVERY_S = 5.0
RETRY_S = 0.25
_JS = "$JS.API"

_log = structlog.get_logger()


class Pull:
    """The stream of readings. `lost` messages were discarded before we came to them, `again` came a second time."""

    def __init__(self, connection: Client, floor: Path | None = None) -> None:
        """`floor` is a file where we note up to where we ourselves deleted: what else is missing was discarded."""
        self._connection = connection
        self._floor = floor
        self._inbox = connection.new_inbox()
        self._queue: deque[Message] = deque()
        self._came = asyncio.Event()
        self._asked = 0
        self._heard_at = 0.0
        self._last = self._safe = 0
        self._prefix = ""
        self._offsets: deque[tuple[int, int]] = deque()
        self._purged_at = time.monotonic()
        self.lost = self.again = self.pending = 0

    async def open(self, *, max_bytes: int, max_age_s: float) -> None:
        """Make the stream as wide as this, and our consumer from the first message that is not acknowledged."""
        streams = self._connection.jetstream()
        config = StreamConfig(
            name=STREAM, subjects=[f"{STREAM}.>"], storage=StorageType.FILE, discard=DiscardPolicy.OLD,
            max_bytes=max_bytes, max_age=max_age_s, duplicate_window=min(120.0, max_age_s),
        )  # fmt: skip
        try:
            await streams.add_stream(config)
        except nats.js.errors.BadRequestError:
            config.num_replicas = (await streams.stream_info(STREAM)).config.num_replicas  # the city's to say
            await streams.update_stream(config)
        first = (await streams.stream_info(STREAM)).state.first_seq
        noted = self._noted()
        self.lost = max(0, first - 1 - noted) if noted is not None else 0
        try:
            floor = (await streams.consumer_info(STREAM, CONSUMER)).ack_floor
            self._last = max(floor.stream_seq if floor else 0, first - 1, noted or 0)
        except nats.js.errors.NotFoundError:
            self._last = max(first - 1, noted or 0)
        self._safe = self._last
        await self._begin(streams)
        await self._connection.subscribe(self._inbox, cb=self._take)

    async def renew(self) -> None:
        """The connection was away: what was asked for before is forgotten there, and what was on its way may be lost.

        A consumer that went on would hold that for given, and give it again only after `ACK_WAIT_S`, long passed by.
        """
        while True:
            try:
                await self._begin(self._connection.jetstream())
                break
            except nats.errors.ConnectionClosedError:
                return
            except (nats.errors.Error, nats.js.errors.Error) as problem:
                _log.warning("nats.trouble", problem=type(problem).__name__)
                await asyncio.sleep(RETRY_S)
        self._asked = 0
        await self._ask()

    async def _begin(self, streams: JetStreamContext) -> None:
        """Our consumer anew, from the first message that is not safe; what we have of it already is told apart."""
        with contextlib.suppress(nats.js.errors.NotFoundError):
            await streams.delete_consumer(STREAM, CONSUMER)
        consumer = ConsumerConfig(
            durable_name=CONSUMER, ack_policy=AckPolicy.ALL, ack_wait=ACK_WAIT_S, max_ack_pending=PENDING_MOST,
            max_waiting=16, deliver_policy=DeliverPolicy.BY_START_SEQUENCE, opt_start_seq=self._safe + 1,
        )  # fmt: skip
        await streams.add_consumer(STREAM, consumer)

    async def pull(self, wait_s: float) -> Sequence[Message]:
        """All that has come, as soon as there is anything; nothing after `wait_s` seconds."""
        await self._ask()
        if not self._queue:
            self._came.clear()
            try:
                async with asyncio.timeout(wait_s):
                    await self._came.wait()
            except TimeoutError:
                return ()
        messages = tuple(self._queue)
        self._queue.clear()
        return messages

    async def acknowledge(self, sequence: int) -> None:
        """Everything up to this message is safe; now and then what is acknowledged is deleted."""
        self._safe = sequence
        while len(self._offsets) > 1 and self._offsets[1][0] <= sequence:
            self._offsets.popleft()
        delivered = sequence + self._offsets[0][1]
        await self._connection.publish(f"{self._prefix}.1.{sequence}.{delivered}.{time.time_ns()}.0", b"+ACK")
        if time.monotonic() - self._purged_at > PURGE_EVERY_S:
            self._purged_at = time.monotonic()
            self._note(sequence)
            body = msgspec.json.encode({"seq": sequence + 1})
            await self._connection.publish(f"{_JS}.STREAM.PURGE.{STREAM}", body)

    def _note(self, sequence: int) -> None:
        if self._floor is not None:
            fresh = self._floor.with_suffix(".new")
            fresh.write_text(str(sequence), "ascii")
            fresh.replace(self._floor)

    def _noted(self) -> int | None:
        """None where nothing is noted, or nothing that can be read: then nothing is known to be missing."""
        try:
            return int(self._floor.read_text("ascii")) if self._floor is not None else None
        except (OSError, ValueError):
            return None

    async def _ask(self) -> None:
        """Ask for more until enough is asked for; what nobody answers any more is asked for again."""
        now = time.monotonic()
        if self._asked and now - self._heard_at > 2 * EXPIRES_S:
            self._asked = 0
        if not self._asked:
            self._heard_at = now
        while self._asked + len(self._queue) <= ASKED_MOST - ASK:
            self._asked += ASK
            request = {"batch": ASK, "expires": int(EXPIRES_S * 1e9), "max_bytes": ASK_BYTES}
            subject = f"{_JS}.CONSUMER.MSG.NEXT.{STREAM}.{CONSUMER}"
            await self._connection.publish(subject, msgspec.json.encode(request), reply=self._inbox)

    async def _take(self, told: Msg) -> None:
        self._heard_at = time.monotonic()
        if not told.reply:
            headers = told.headers or {}
            self._asked = max(0, self._asked - int(headers.get("Nats-Pending-Messages", "0")))
            self._came.set()
            return
        self._asked = max(0, self._asked - 1)
        facts = told.reply.split(".")
        at = 0 if len(facts) == 9 else 2  # with a domain and an account where a cluster has them
        sequence, delivered = int(facts[at + 5]), int(facts[at + 6])
        if sequence <= self._last:
            self.again += 1
            return
        if self._last and sequence > self._last + 1:
            self.lost += sequence - self._last - 1
        if not self._offsets or self._offsets[-1][1] != delivered - sequence:
            self._prefix = ".".join(facts[: at + 4])
            self._offsets.append((sequence, delivered - sequence))
        self._last, self.pending = sequence, int(facts[at + 8])
        self._queue.append(Message(name_of(told.subject), told.data, sequence, int(facts[at + 7]) // 1_000_000))
        self._came.set()
