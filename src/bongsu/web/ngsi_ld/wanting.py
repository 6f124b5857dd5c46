"""A subscription made ready to be asked of changes: whether it is meant by one (clause 5.8.6)."""

from __future__ import annotations

from dataclasses import dataclass, field

from bongsu.wires.ngsi_ld.context import Context
from bongsu.wires.ngsi_ld.entity import GEO, Entity
from bongsu.wires.ngsi_ld.geometry import GeoQuery, Where
from bongsu.wires.ngsi_ld.judge import meets
from bongsu.wires.ngsi_ld.query import Node, parse_query
from bongsu.wires.ngsi_ld.selection import Selector, selects
from bongsu.wires.ngsi_ld.subscription import Subscription


@dataclass(slots=True)
class Wanting:
    """A subscription's conditions, parsed; `last_ms` is when it was last told of something."""

    subscription: Subscription
    context: Context
    query: Node | None
    geo: GeoQuery | None
    last_ms: int = 0
    _where: Where | None = field(default=None)

    @property
    def selectors(self) -> tuple[Selector, ...]:
        """Which entities are meant."""
        return self.subscription.selectors

    @property
    def watched(self) -> tuple[str, ...]:
        """Which attributes are meant, all where none is named."""
        return self.subscription.watched

    @property
    def heeds_ends(self) -> bool:
        """Whether it wants to hear of what is there no more: its query cannot be looked up by what is there."""
        return not {"entityDeleted", "attributeDeleted"}.isdisjoint(self.subscription.triggers)

    def is_meant(self, before: Entity | None, after: Entity | None, changed: dict[str, str], now_ms: int) -> bool:
        """Whether the owner is to be told of this change now."""
        one = self.subscription
        entity = after if after is not None else before
        if entity is None or not one.active or (one.expires_ms is not None and one.expires_ms <= now_ms):
            return False
        if one.throttling_s and now_ms - self.last_ms < one.throttling_s * 1000:
            return False
        return (
            self._triggers(before, after, changed)
            and any(selects(selector, entity) for selector in one.selectors or (Selector(),))
            and (self.query is None or meets(entity, self.query))
            and (self.geo is None or self._is_there(entity))
        )

    def _triggers(self, before: Entity | None, after: Entity | None, changed: dict[str, str]) -> bool:
        triggers = self.subscription.triggers
        if before is None or after is None:
            whole = "entityCreated" if before is None else "entityDeleted"
            if whole in triggers:
                return not self.watched or not changed.keys().isdisjoint(self.watched)
            if after is None:
                return False
        watched = changed if not self.watched else {name: changed[name] for name in self.watched if name in changed}
        if "entityUpdated" in triggers and before is not None and (watched or not self.watched):
            return True
        if before is None and not self.watched and "attributeCreated" in triggers:
            return True  # an entity without attributes is news too
        return any(f"attribute{how}" in triggers for how in watched.values())

    def _is_there(self, entity: Entity) -> bool:
        if self.geo is None:
            return True
        if self._where is None:
            self._where = Where(self.geo)
        places = (one.value for one in entity.attributes.get(self.geo.of, ()) if one.kind == GEO)
        return any(self._where.holds(place) for place in places)


def wanting_of(subscription: Subscription, context: Context, last_ms: int = 0) -> Wanting:
    """A subscription made ready. Raises Invalid where its query makes no sense in this context."""
    query = parse_query(subscription.q, context) if subscription.q else None
    return Wanting(subscription, context, query, subscription.geo, last_ms)
