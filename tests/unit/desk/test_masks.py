"""A camera's mask as a record: what is sound, what is not, and what follows from it for a masked copy."""

from __future__ import annotations

from typing import Any

import pytest

from bongsu.core.command import Revise
from bongsu.core.errors import Invalid, NotFound
from bongsu.core.mask import CameraMask, MaskZone
from bongsu.core.revision import RecordKind
from bongsu.desk.board import Board
from bongsu.desk.masks import ZONES_AT_MOST, masks_of
from bongsu.desk.records import Checks, revise
from fakes.desk import NOON

RING = ((0.1, 0.1), (0.4, 0.1), (0.4, 0.5))
CHECKS = Checks(camera=lambda camera: camera == "C1")


def a_mask(*rings: Any, name: str = "침실 창문") -> CameraMask:
    return CameraMask(zones=tuple(MaskZone(name=name, ring=ring) for ring in rings))


def revised(mask: CameraMask | None, camera: str = "C1", board: Board | None = None, version: int = 0) -> Any:
    command = Revise(kind=RecordKind.MASK, id=camera, body=mask, version=version, by="u-op", note="주민 요청")
    return revise(board or Board(), command, CHECKS, NOON)


def test_a_sound_mask_becomes_the_first_version_of_its_cameras_record() -> None:
    (revision,) = revised(a_mask(RING)).revisions
    assert (revision.kind, revision.id, revision.version, revision.body) == (RecordKind.MASK, "C1", 1, a_mask(RING))


@pytest.mark.parametrize(
    ("mask", "code"),
    [
        (a_mask(), "mask.zones"),
        (a_mask(*[RING] * (ZONES_AT_MOST + 1)), "mask.zones"),
        (a_mask(RING, name="  "), "mask.name"),
        (a_mask(RING[:2]), "mask.corners"),
        (a_mask((*RING, RING[0])), "mask.corners"),
        (a_mask(tuple((at / 100, at * at / 10_000) for at in range(65))), "mask.corners"),
        (a_mask(((-0.01, 0), (0.5, 0), (0.5, 0.5))), "mask.outside"),
        (a_mask(((0, 0), (0.5, 0), (0.5, 1.01))), "mask.outside"),
        (a_mask(((0, 0), (float("nan"), 0), (0.5, 0.5))), "mask.outside"),
        (a_mask(((0, 0), (0.5, 0.5), (0.5, 0), (0, 0.5))), "mask.crossed"),
        (a_mask(((0, 0), (0.5, 0.5), (1, 1))), "mask.crossed"),
    ],
)
def test_a_mask_that_cannot_be_painted_is_refused_by_name(mask: CameraMask, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        revised(mask)
    assert refused.value.code == code


def test_a_mask_of_a_camera_there_is_not_is_refused() -> None:
    with pytest.raises(NotFound) as refused:
        revised(a_mask(RING), camera="C9")
    assert refused.value.code == "camera.unknown"


def test_masks_are_the_newest_versions_and_a_retired_one_is_none() -> None:
    board = Board()
    (first,) = revised(a_mask(RING)).revisions
    board.records[(first.kind, first.id)] = first
    assert masks_of(board.records) == {"C1": (RING,)}
    (gone,) = revised(None, board=board, version=1).revisions
    board.records[(gone.kind, gone.id)] = gone
    assert masks_of(board.records) == {}
