"""The subscriptions that stand: watched for changes, kept in the store, counted."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Iterator

import msgspec
import structlog
from msgspec.structs import replace

from bongsu.core.errors import BongsuError, Conflict, NotFound, TooMuch
from bongsu.store.ngsi_ld import Notice
from bongsu.web.ngsi_ld.lane import Told
from bongsu.web.ngsi_ld.telling import Change, notification
from bongsu.web.ngsi_ld.wanting import Wanting, wanting_of
from bongsu.web.ngsi_ld.watch import Watch
from bongsu.wires.ngsi_ld.change import changed_names
from bongsu.wires.ngsi_ld.context import Context
from bongsu.wires.ngsi_ld.entity import Entity
from bongsu.wires.ngsi_ld.subscription import Sent, Subscription

ENTITIES_EACH = 100
"""Entities in one notification at most; more make more notifications."""

log = structlog.get_logger()

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Subscription).decode
_decode_sent = msgspec.msgpack.Decoder(Sent).decode


class Subscriptions:
    """Every subscription by its id. Changes are durable when their method returns."""

    def __init__(
        self,
        rows: Iterable[tuple[bytes, bytes]],
        contexts: Callable[[object], Context],
        *,
        put: Callable[[str, bytes], Awaitable[None]],
        drop: Callable[[str], Awaitable[None]],
        room: Callable[[str], bool],
        now_ms: Callable[[], int],
        token: Callable[[], str],
        first_seq: int,
        most: int,
    ) -> None:
        self._contexts = contexts
        self._put = put
        self._drop = drop
        self._room = room
        self._now_ms = now_ms
        self._token = token
        self._seq = first_seq
        self._most = most
        self._watch = Watch()
        self.wanting: dict[str, Wanting] = {}
        self.sent: dict[str, Sent] = {}
        for body, sent in rows:
            self._restore(_decode(body), _decode_sent(sent) if sent else Sent())

    def _restore(self, one: Subscription, sent: Sent) -> None:
        """Watch for a subscription of before; one whose context is allowed no more stands paused."""
        self.sent[one.id] = sent
        try:
            wanting = wanting_of(one, self._contexts(one.context), sent.last_ms)
        except BongsuError as problem:
            log.warning("ngsi_ld.subscription_paused", code=problem.code, partner=one.owner)
            wanting = Wanting(replace(one, active=False), self._contexts(None), None, one.geo, sent.last_ms)
        self._stand(wanting)

    def of(self, owner: str) -> Iterator[Subscription]:
        """A partner's own subscriptions."""
        return (one.subscription for one in self.wanting.values() if one.subscription.owner == owner)

    def get(self, name: str, owner: str) -> Subscription:
        """A partner's own subscription. Raises NotFound, for another's too."""
        found = self.wanting.get(name)
        if found is None or found.subscription.owner != owner:
            raise NotFound("ngsi_ld.subscription", id=name)
        return found.subscription

    async def put(self, one: Subscription, context: Context) -> None:
        """Keep a subscription, new or changed. Raises TooMuch("ngsi_ld.full"), Unavailable."""
        if one.id not in self.wanting and len(self.wanting) >= self._most:
            raise TooMuch("ngsi_ld.full", most=self._most)
        wanting = wanting_of(one, context, self.sent[one.id].last_ms if one.id in self.sent else 0)
        await self._put(one.id, _encode(one))
        self.sent.setdefault(one.id, Sent())
        self._stand(wanting)

    def check_free(self, name: str) -> None:
        """Raises Conflict where there is a subscription of this id."""
        if name in self.wanting:
            raise Conflict("ngsi_ld.there", id=name)

    async def drop(self, name: str, owner: str) -> None:
        """Forget one, and what waits for it. Raises NotFound, Unavailable."""
        self.get(name, owner)
        await self._drop(name)
        self._watch.drop(name)
        self.wanting.pop(name, None)
        self.sent.pop(name, None)

    def wants(self, kind: str, prefix: str) -> bool:
        """Whether any of them may be meant by a change of something of this type, its id beginning so."""
        return self._watch.wants(kind, prefix)

    def _stand(self, wanting: Wanting) -> None:
        name = wanting.subscription.id
        self.wanting[name] = wanting
        self._watch.put(name, wanting)

    def notify(self, told: Told) -> list[Notice]:
        """The notifications that changes lead to, one for each subscription; what finds no room is counted."""
        now_ms = self._now_ms()
        meant: dict[str, list[Change]] = {}
        for before, after in told.values():
            self._ask(before, after, now_ms, meant)
        out = []
        for name, changes in meant.items():
            self.wanting[name].last_ms = now_ms
            for start in range(0, len(changes), ENTITIES_EACH):
                out += self._notice(name, changes[start : start + ENTITIES_EACH], now_ms)
        return out

    def _ask(self, before: Entity | None, after: Entity | None, now_ms: int, meant: dict[str, list[Change]]) -> None:
        entity = after if after is not None else before
        changed = changed_names(before, after)
        if entity is None or (before is not None and after is not None and not changed):
            return
        for name, wanting in self._watch.concerned(entity, changed).items():
            if wanting.is_meant(before, after, changed, now_ms):
                meant.setdefault(name, []).append((entity, after, changed))

    def _notice(self, name: str, changes: list[Change], now_ms: int) -> list[Notice]:
        if not self._room(name):
            sent = self.sent[name]
            reason = "endpoint.behind"
            self.sent[name] = replace(sent, dropped=sent.dropped + 1, failed=sent.failed + 1, reason=reason)
            return []
        self._seq += 1
        body = notification(self.wanting[name], changes, f"urn:ngsi-ld:Notification:{self._token()}", now_ms)
        return [Notice(seq=self._seq, subscription=name, body=body, next_ms=now_ms)]
