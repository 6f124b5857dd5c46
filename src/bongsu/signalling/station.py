"""One junction at work: what is asked of its controller, what it answers, and both on the ledger."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from msgspec.structs import replace

from bongsu.core.clock import Now
from bongsu.core.errors import Unavailable
from bongsu.core.ledger import Act, LedgerRow
from bongsu.core.signal import OVER, Crossing, PriorityAsk, PriorityState, PriorityWord, Signal
from bongsu.desk.priority import Asked, Order, Table, Terms, Waiting, Why, bar, decide
from bongsu.gateways.signals import Controllers, ControllerStatus
from bongsu.signalling.rows import green_of, left_row, row

POLL_MS = 1_000
QUIET_POLL_MS = 15_000
SETTLE_MS = 2_000
"""A controller that ended a request by itself is asked again after so long, if the crew still comes."""
UNSAID = frozenset({Why.RENEWED, Why.AGAIN})
"""What is told a controller without a row of its own: it says again what stands on the ledger."""


class Means:
    """What every junction works with; `counts` and `took` (seconds from crossing to answer) are for the metrics."""

    def __init__(
        self,
        lines: Controllers,
        *,
        city: str,
        note: Callable[[LedgerRow], Awaitable[int]],
        now: Now,
        terms: Terms,
        took: Callable[[float], None],
    ) -> None:
        self.lines = lines
        self.city = city
        self.note = note
        self.now = now
        self.terms = terms
        self.took = took
        self.counts = dict.fromkeys(("asked", "granted", "refused", "ended", "failed"), 0)

    def now_ms(self) -> int:
        """The time, Unix ms."""
        return int(self.now().timestamp() * 1000)


class Station:
    """One junction. `turn` is called again and again, never twice at once; `signal` None ends everything there."""

    def __init__(self, name: str, signal: Signal, means: Means) -> None:
        self.name = name
        self.signal: Signal | None = signal
        self.table = Table()
        self.waiting: tuple[Waiting, ...] = ()
        self.said: ControllerStatus | None = None
        self.words: dict[str, PriorityWord] = {}
        self.trouble = ""
        self._url = signal.url
        self._means = means
        self._polled_ms = 0
        self._is_known = False

    def has_work(self, crossings: Sequence[Crossing]) -> bool:
        """Whether a turn would do anything."""
        return bool(crossings or self.table.standing or self.waiting) or self._is_poll_due()

    async def turn(self, crossings: Sequence[Crossing]) -> None:
        """One look at the junction: what is due is told its controller. A line that fails is tried again next time."""
        means = self._means
        if means.lines.is_resting(self.name):
            return
        if self.signal is not None:
            self._url = self.signal.url
        try:
            if not self._is_known or self._is_poll_due():
                await self._poll()
            decided = decide(means.now_ms(), means.city, self.signal, crossings, self.table, means.terms)
            self.waiting = decided.waiting
            self.table = Table(standing=self.table.standing, barred=decided.table.barred)
            # Ends stand first, and a failure ends the turn: two conflicting requests never stand at once.
            for order in decided.orders:
                await (self._end(order) if order.ends else self._ask(order))
        except Unavailable as problem:
            await self._failed(problem)
        else:
            self.trouble = ""

    async def _ask(self, order: Order) -> None:
        asked, signal, means = order.asked, self.signal, self._means
        if signal is None:
            return
        if order.why not in UNSAID:
            await self._note(Act.SIGNAL_ASK, asked, f"{order.why} v{asked.version}")
        means.counts["asked"] += order.why is Why.NEW
        self._stand(asked)
        word = await means.lines.ask(self.name, self._url, self._wire(signal, asked), means.now_ms())
        if order.why in (Why.NEW, Why.AGAIN) and asked.sent_ms is None:
            means.took((means.now_ms() - asked.first_ms) / 1000)
        self._stand(replace(asked, sent_ms=means.now_ms()))
        await self._hear(word)

    async def _end(self, order: Order) -> None:
        """End it there, then write down how it went; where nobody answers its lease ends it."""
        asked, means = order.asked, self._means
        word = await means.lines.cancel(self.name, self._url, asked.key, max(means.now_ms(), asked.version + 1))
        if word.state is PriorityState.REFUSED:
            word = await means.lines.cancel(self.name, self._url, asked.key, word.version + 1)
        await self._over(asked, order.why.value, word)

    async def _over(self, asked: Asked, why: str, word: PriorityWord) -> None:
        standing = {key: one for key, one in self.table.standing.items() if key != asked.key}
        self.table = Table(standing=standing, barred=self.table.barred)
        self.words.pop(asked.key, None)
        self._means.counts["ended"] += 1
        await self._note(Act.SIGNAL_END, asked, why, green_of(asked, word, self._means.now_ms()))

    async def _poll(self) -> None:
        """Ask the controller how it stands; at first sight, end what a core before this one left there."""
        self._polled_ms = self._means.now_ms()
        self.said = await self._means.lines.status(self.name, self._url)
        if not self._is_known:
            await self._clear(self.said)
            self._is_known = True
        told = {word.key: word for word in self.said.requests}
        for key, asked in list(self.table.standing.items()):
            if asked.sent_ms is not None:
                await self._hear(told.get(key) or _forgotten(asked))

    async def _clear(self, said: ControllerStatus) -> None:
        means, ours = self._means, f"{self._means.city}:"
        for word in said.requests:
            if word.key.startswith(ours) and word.state not in OVER:
                await means.lines.cancel(self.name, self._url, word.key, max(means.now_ms(), word.version + 1))
                incident, _, unit = word.key.removeprefix(ours).rpartition(":")
                await means.note(left_row(means.now(), self.name, word, incident, unit))

    async def _hear(self, word: PriorityWord) -> None:
        """What the controller says of a request: its effect is written down when it changes."""
        asked, before = self.table.standing.get(word.key), self.words.get(word.key)
        if asked is None:
            return
        if word.state is PriorityState.REFUSED and word.why == "stale_version":
            self._stand(replace(asked, version=word.version, sent_ms=None))
            return
        if word.state in OVER:
            await self._ended_there(asked, word)
            return
        self.words[word.key] = word
        if before is None or before.state is not word.state:
            self._means.counts["granted"] += word.state is PriorityState.ACTIVE
            await self._note(Act.SIGNAL_EFFECT, asked, word.why or word.state.value)
        if asked.green_from_ms is None and word.green_ago_ms is not None:
            asked = replace(asked, green_from_ms=self._means.now_ms() - word.green_ago_ms)
            self._stand(asked)
            await self._note(Act.SIGNAL_EFFECT, asked, "green")

    async def _ended_there(self, asked: Asked, word: PriorityWord) -> None:
        means, is_refused = self._means, word.state is PriorityState.REFUSED
        waits_ms = means.terms.barred_ms if is_refused or word.why == Why.HELD_TOO_LONG else SETTLE_MS
        means.counts["refused"] += is_refused
        self.table = bar(self.table, asked.key, means.now_ms() + waits_ms)
        await self._over(asked, f"refused {word.why}" if is_refused else word.why or word.state.value, word)

    async def _failed(self, problem: Unavailable) -> None:
        """A line that fails is on the ledger once for each request that hangs on it."""
        self._means.counts["failed"] += 1
        if problem.code == self.trouble:
            return
        self.trouble = problem.code
        for asked in list(self.table.standing.values()):
            await self._note(Act.SIGNAL_EFFECT, asked, problem.code)

    def _stand(self, asked: Asked) -> None:
        self.table = Table(standing=self.table.standing | {asked.key: asked}, barred=self.table.barred)

    def _is_poll_due(self) -> bool:
        every_ms = POLL_MS if self.table.standing or not self._is_known else QUIET_POLL_MS
        return self._means.now_ms() - self._polled_ms >= every_ms

    def _wire(self, signal: Signal, asked: Asked) -> PriorityAsk:
        return PriorityAsk(
            key=asked.key,
            version=asked.version,
            vehicle=asked.crossing.vehicle,
            strategy=signal.strategy,
            phase=asked.phase,
            arrives_ms=asked.crossing.arrives_ms,
            leaves_ms=asked.crossing.leaves_ms,
            lease_ms=self._means.terms.lease_ms,
        )

    async def _note(self, act: Act, asked: Asked, what: str, span: str = "") -> None:
        await self._means.note(row(act, self._means.now(), self.name, asked, what, span))


def _forgotten(asked: Asked) -> PriorityWord:
    """What a controller means that knows nothing of a request it had taken: it was started again."""
    return PriorityWord(
        key=asked.key, version=asked.version, state=PriorityState.ENDED, phase=asked.phase, why="forgotten"
    )
