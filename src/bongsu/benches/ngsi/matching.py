"""What one update costs by how many subscriptions there are, of which it concerns one: of each kind that is indexed."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any

from bongsu.web.ngsi_ld.subscriptions import Subscriptions
from bongsu.wires.ngsi_ld.context import CORE_CONTEXT
from bongsu.wires.ngsi_ld.entity import Entity
from bongsu.wires.ngsi_ld.parse import parse_entity
from bongsu.wires.ngsi_ld.subscription import parse_subscription

FEW, MANY = 10, 15_000
ROUNDS, UPDATES = 15, 60
NOW_MS = 1_795_000_000_000

Shape = Callable[[int], dict[str, Any]]


def by_id(n: int) -> dict[str, Any]:
    """One device each, by its id."""
    return {"entities": [{"type": "Device", "id": f"urn:ngsi-ld:Device:{n}:1"}]}


def by_pattern(n: int) -> dict[str, Any]:
    """The devices whose ids begin in one way each."""
    return {"entities": [{"type": "Device", "idPattern": f"urn:ngsi-ld:Device:{n}:.*"}]}


def by_query(n: int) -> dict[str, Any]:
    """One value of an attribute that all devices have."""
    return {"entities": [{"type": "Device"}], "q": f'room=="{n}";temperature>5'}


def by_place(n: int) -> dict[str, Any]:
    """100 m around one place each, on a grid of 500 m."""
    point = [127.0 + (n % 120) * 0.0057, 37.0 + (n // 120) * 0.0045]
    geo = {"georel": "near;maxDistance==100", "geometry": "Point", "coordinates": point}
    return {"entities": [{"type": "Device"}], "geoQ": geo}


def by_attribute(n: int) -> dict[str, Any]:
    """One attribute each."""
    return {"entities": [{"type": "Device"}], "watchedAttributes": [f"measure{n}"]}


SHAPES: dict[str, Shape] = {
    "id": by_id,
    "pattern": by_pattern,
    "query": by_query,
    "place": by_place,
    "attribute": by_attribute,
}


async def ratios() -> dict[str, float]:
    """Of each kind: the cost of an update among 15,000 subscriptions over that among 10."""
    return {name: round(await _ratio(shape), 2) for name, shape in SHAPES.items()}


async def _ratio(shape: Shape) -> float:
    """The medians of rounds taken in turn, so that a busy machine slows both."""
    few, many = await _standing(shape, FEW), await _standing(shape, MANY)
    costs: dict[int, list[float]] = {FEW: [], MANY: []}
    for _ in range(ROUNDS):
        for count, subscriptions in ((FEW, few), (MANY, many)):
            costs[count].append(_round(subscriptions))
    return statistics.median(costs[MANY]) / statistics.median(costs[FEW])


async def _standing(shape: Shape, count: int) -> Subscriptions:
    async def kept(*_: object) -> None:
        """A store that is at once done: what is measured here is the matching."""

    subscriptions = Subscriptions(
        (),
        lambda raw: CORE_CONTEXT,
        put=kept,
        drop=kept,
        room=lambda name: True,
        now_ms=lambda: NOW_MS,
        token=lambda: "0",
        first_seq=0,
        most=MANY,
    )
    for n in range(count):
        endpoint = {"endpoint": {"uri": "http://partner.example/"}}
        told = {"type": "Subscription", "notification": endpoint, **shape(n)}
        name = f"urn:ngsi-ld:Subscription:{n}"
        one = parse_subscription(told, CORE_CONTEXT, id=name, owner="HUB", now_ms=NOW_MS, created_ms=NOW_MS)
        await subscriptions.put(one, CORE_CONTEXT)
    return subscriptions


def _round(subscriptions: Subscriptions) -> float:
    """Seconds for some updates, each of which concerns one subscription."""
    states = [_state(n) for n in range(2)]
    begun = time.perf_counter()
    for n in range(UPDATES):
        notices = subscriptions.notify({states[0].id: (states[n % 2], states[1 - n % 2])})
        assert len(notices) == 1, "each update concerns one subscription and no other"
    return time.perf_counter() - begun


def _state(n: int) -> Entity:
    """The device of subscription 3 in one of two states."""
    told = {
        "id": "urn:ngsi-ld:Device:3:1",
        "type": "Device",
        "room": "3",
        "temperature": 20 + n,
        "measure3": n,
        "location": {"type": "Point", "coordinates": [127.0 + 3 * 0.0057, 37.0]},
    }
    return parse_entity(told, CORE_CONTEXT, NOW_MS)
