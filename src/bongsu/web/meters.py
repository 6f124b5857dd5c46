"""What a scraper reads (Prometheus): how long the things take that people wait for, and how often they fail.

Labels name our own things only: a door, a partner, an agency, a route; never a person, a camera or a case.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send
from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector

from bongsu.core.clock import Monotonic
from bongsu.core.errors import BongsuError

T = TypeVar("T")

QUICK_S = (0.002, 0.005, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
GROUPS = (1, 2, 4, 8, 16, 32, 64, 128, 256)


class Meters:
    """The core's own measures, all in one registry."""

    def __init__(self, monotonic: Monotonic, registry: CollectorRegistry) -> None:
        self._monotonic = monotonic
        self.registry = registry
        ProcessCollector(registry=registry)
        self._reports = Histogram(
            "bongsu_report_seconds",
            "From a report's arrival in the inbox to its commit",
            ("partner", "result"),
            buckets=QUICK_S,
            registry=registry,
        )
        self._orders = Histogram(
            "bongsu_order_seconds", "An order, to its commit", ("order", "result"), buckets=QUICK_S, registry=registry
        )
        self._deliveries = Histogram(
            "bongsu_delivery_seconds",
            "One try to deliver a request",
            ("agency", "result"),
            buckets=QUICK_S,
            registry=registry,
        )
        self._commits = Histogram("bongsu_commit_seconds", "One grouped commit", buckets=QUICK_S, registry=registry)
        self._groups = Histogram(
            "bongsu_commit_group", "Pieces of work that shared a commit", buckets=GROUPS, registry=registry
        )
        self._answers = Histogram(
            "bongsu_http_seconds", "One HTTP request", ("method", "route", "status"), buckets=QUICK_S, registry=registry
        )
        self._signals = _signals(registry)
        self._steps = Counter("bongsu_clock_steps", "Jumps of the wall clock by more than 2 s", registry=registry)

    async def report(self, partner: str, work: Callable[[], Awaitable[T]]) -> T:
        """Do the work of a report and measure it."""
        return await self._timed(self._reports, partner, work)

    async def order(self, order: str, work: Callable[[], Awaitable[T]]) -> T:
        """Do the work of an order and measure it."""
        return await self._timed(self._orders, order, work)

    def tried(self, agency: str, delivered: bool, seconds: float) -> None:
        """A request was delivered, or was not."""
        self._deliveries.labels(agency, "delivered" if delivered else "failed").observe(seconds)

    def committed(self, pieces: int, seconds: float) -> None:
        """A group of work became durable; called on the writer's thread."""
        self._commits.observe(seconds)
        self._groups.observe(pieces)

    def signal_answered(self, seconds: float) -> None:
        """A controller acknowledged a request for priority."""
        self._signals.observe(seconds)

    def clock_stepped(self) -> None:
        """The wall clock jumped."""
        self._steps.inc()

    def answered(self, scope: HTTPScope, status: str, begun: float) -> None:
        """An HTTP request was answered; its route is the template, so that an id in a path makes no new label."""
        route = str(scope.get("path_template") or "unknown")
        self._answers.labels(scope["method"], route, status).observe(self._monotonic() - begun)

    def now(self) -> float:
        """The clock it measures with, seconds."""
        return self._monotonic()

    async def _timed(self, histogram: Histogram, name: str, work: Callable[[], Awaitable[T]]) -> T:
        begun = self._monotonic()
        result = "failed"
        try:
            done = await work()
            result = "done"
            return done
        except BongsuError as problem:
            result = type(problem).__name__.lower()
            raise
        finally:
            histogram.labels(name, result).observe(self._monotonic() - begun)


def _signals(registry: CollectorRegistry) -> Histogram:
    told = "From a crew's way over a junction to its signal controller's answer"
    return Histogram("bongsu_signal_seconds", told, buckets=QUICK_S, registry=registry)


def measure(app: ASGIApp) -> ASGIApp:
    """The middleware that measures every HTTP request."""

    async def measured(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await app(scope, receive, send)
            return
        meters: Meters = scope["litestar_app"].state["platform"].meters
        begun, status = meters.now(), "500"

        async def note(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = str(message["status"])
            await send(message)

        try:
            await app(scope, receive, note)
        finally:
            meters.answered(scope, status, begun)

    return measured
