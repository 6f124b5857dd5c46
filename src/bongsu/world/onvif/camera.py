"""One simulated ONVIF camera: what it is, where its head is, its presets, its clock and who may ask it."""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from bongsu.core.clock import Monotonic, Now
from bongsu.world.onvif.head import Head, Pose
from bongsu.world.onvif.soap import Fault, Proof

FRESH = timedelta(seconds=60)
"""How far a proof's time may be from the camera's own clock."""

MOST_PRESETS = 32
KEPT_EVENTS = 100
LOOKED_AT = 2_000


class Login(NamedTuple):
    """The one user a simulated camera knows."""

    user: str = "bongsu"
    password: str = "sim-camera-pass"  # noqa: S105 - of a simulated camera on loopback


class Event(NamedTuple):
    """One notification: its topic (without prefix), source and data items, and when by the camera's clock."""

    topic: str
    source: dict[str, str]
    data: dict[str, str]
    at: datetime


class OnvifCamera:
    """The state behind a camera's SOAP services. `on_turn` is told whenever its head gets an order."""

    def __init__(
        self,
        name: str,
        *,
        rtsp_url: str,
        login: Login,
        now: Now,
        monotonic: Monotonic,
        on_turn: Callable[[], None] = lambda: None,
    ) -> None:
        self.name = name
        self.rtsp_url = rtsp_url
        self.login = login
        self.offset = timedelta(0)
        self.head = Head()
        self.presets: dict[str, tuple[str, Pose]] = {"home": ("home", Pose())}
        self.orders: list[str] = []
        self.subscriptions: dict[str, deque[Event]] = {}
        self._numbers = itertools.count(1)
        self._now = now
        self._monotonic = monotonic
        self._on_turn = on_turn
        self._seen: deque[bytes] = deque(maxlen=LOOKED_AT)

    def clock(self) -> datetime:
        """The camera's own clock, off by `offset`."""
        return self._now().astimezone(UTC) + self.offset

    def pose(self) -> Pose:
        """Where it looks now."""
        return self.head.pose(self._monotonic())

    def is_moving(self) -> bool:
        """Whether its head is under way."""
        return self.head.is_moving(self._monotonic())

    def check(self, proof: Proof | None) -> None:
        """Raise Fault unless the proof is by the known user, fresh by the camera's clock, and new."""
        refusal = Fault("Sender", "ter:NotAuthorized", "Sender not authorized")
        if proof is None or proof.user != self.login.user or not proof.is_by(self.login.password):
            raise refusal
        try:
            created = datetime.fromisoformat(proof.created.replace("Z", "+00:00"))
        except ValueError:
            raise refusal from None
        if created.tzinfo is None or abs(created - self.clock()) > FRESH or proof.nonce in self._seen:
            raise refusal
        self._seen.append(proof.nonce)

    def order(self, what: str, head: Head) -> None:
        """Take a new order to the head."""
        self.orders.append(what)
        self.head = head
        self._on_turn()

    def drive(self, velocity: Pose, timeout_s: float) -> None:
        """ContinuousMove."""
        self.order("move", self.head.drive(velocity, timeout_s, self._monotonic()))

    def go(self, target: Pose) -> None:
        """AbsoluteMove, RelativeMove, GotoPreset."""
        self.order("go", self.head.go(target, self._monotonic()))

    def stop(self) -> None:
        """Stop."""
        self.order("stop", self.head.stop(self._monotonic()))

    def preset(self, token: str) -> tuple[str, Pose]:
        """A preset's name and pose; raises Fault("ter:NoToken")."""
        if token not in self.presets:
            raise Fault("Sender", "ter:NoToken", "No such preset")
        return self.presets[token]

    def save_preset(self, name: str, token: str) -> str:
        """Keep where it looks now under a token (a new one for ""); raises Fault("ter:TooManyPresets")."""
        if token:
            self.preset(token)
        elif len(self.presets) >= MOST_PRESETS:
            raise Fault("Receiver", "ter:TooManyPresets", "Too many presets")
        token = token or f"p{next(self._numbers)}"
        self.presets[token] = (name or token, self.pose())
        return token

    def subscribe(self) -> str:
        """A new pull point's number."""
        number = str(next(self._numbers))
        self.subscriptions[number] = deque(maxlen=KEPT_EVENTS)
        return number

    def happen(self, topic: str, source: dict[str, str], data: dict[str, str]) -> None:
        """Something happened: every pull point keeps it until it is asked."""
        event = Event(topic, source, data, self.clock())
        for waiting in self.subscriptions.values():
            waiting.append(event)
