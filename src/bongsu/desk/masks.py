"""What a camera's mask must be to hold, and all masks as they hold now (영상 가림 구역)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from shapely import Polygon
from shapely.validation import explain_validity

from bongsu.core.errors import Invalid, NotFound
from bongsu.core.export import Ring
from bongsu.core.mask import CameraMask, MaskZone
from bongsu.core.revision import RecordKind, Revision

ZONES_AT_MOST = 32
CORNERS_AT_LEAST, CORNERS_AT_MOST = 3, 64
NAME_CHARS_AT_MOST = 200


def check_mask(camera: str, mask: CameraMask, knows: Callable[[str], bool]) -> None:
    """Zones that can be painted, on a camera there is. Raises NotFound("camera.unknown"), Invalid("mask.…")."""
    if not knows(camera):
        raise NotFound("camera.unknown", camera=camera)
    if not 1 <= len(mask.zones) <= ZONES_AT_MOST:
        raise Invalid("mask.zones", at_most=ZONES_AT_MOST)
    for number, zone in enumerate(mask.zones, start=1):
        _check_zone(number, zone)


def _check_zone(number: int, zone: MaskZone) -> None:
    if not zone.name.strip() or len(zone.name) > NAME_CHARS_AT_MOST:
        raise Invalid("mask.name", zone=number, at_most=NAME_CHARS_AT_MOST)
    are_different = len(set(zone.ring)) == len(zone.ring)
    if not are_different or not CORNERS_AT_LEAST <= len(zone.ring) <= CORNERS_AT_MOST:
        raise Invalid("mask.corners", zone=number, at_least=CORNERS_AT_LEAST, at_most=CORNERS_AT_MOST)
    if not all(0 <= share <= 1 for corner in zone.ring for share in corner):
        raise Invalid("mask.outside", zone=number)
    shape = Polygon(zone.ring)
    if not shape.is_valid or shape.area == 0.0:
        raise Invalid("mask.crossed", zone=number, detail=explain_validity(shape))


def masks_of(records: Mapping[tuple[RecordKind, str], Revision]) -> dict[str, tuple[Ring, ...]]:
    """The zones of every camera that has any, by the records that hold now."""
    return {
        camera: tuple(zone.ring for zone in record.body.zones)
        for (kind, camera), record in records.items()
        if kind is RecordKind.MASK and isinstance(record.body, CameraMask)
    }
