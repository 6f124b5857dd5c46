"""Which cameras have masked zones, as the core says, and who must hear when that changes."""

from __future__ import annotations

from collections.abc import Callable

from bongsu.core.export import Ring
from bongsu.core.mask import Masks

CHANGED = "mask.changed"
"""What a viewer is told, so that it shows nothing of before until pictures come again."""

Turned = Callable[[], None]
"""Told, in the same turn of the loop, that a camera's zones are others now."""


class Zones:
    """Every camera's zones. What the core has not said yet holds nobody up: without its holds nothing plays."""

    def __init__(self) -> None:
        self._masks: Masks = {}
        self._watching: dict[str, set[Turned]] = {}

    def of(self, camera: str) -> tuple[Ring, ...]:
        """The zones of a camera, () for none."""
        return self._masks.get(camera, ())

    def replace(self, masks: Masks) -> None:
        """These zones hold and no others; whoever watches a camera that changed hears of it at once."""
        before, self._masks = self._masks, masks
        for camera in list(self._watching):
            if before.get(camera, ()) != masks.get(camera, ()):
                for turned in list(self._watching[camera]):
                    turned()

    def watch(self, camera: str, turned: Turned) -> Callable[[], None]:
        """Be told of every change of a camera's zones until the answer is called."""
        self._watching.setdefault(camera, set()).add(turned)

        def leave() -> None:
            self._watching[camera].discard(turned)
            if not self._watching[camera]:
                del self._watching[camera]

        return leave
