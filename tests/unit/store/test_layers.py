"""A layer of assets comes out of the store as it went in, in blocks, and a cut or foreign body is refused."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bongsu.core.asset import Area, Building, Camera, Facility, FacilityKind, Ground, Place, Road, TurnRule
from bongsu.core.geo import Point
from bongsu.store import assets

WHERE = Point(127.1, 37.5)
LINE = ((127.1, 37.5), (127.2, 37.6))


def cameras(count: int) -> tuple[Camera, ...]:
    return tuple(Camera(id=f"C{n}", name="카메라", where=WHERE, count=n % 5 + 1) for n in range(count))


@pytest.mark.parametrize("count", [0, 1, 999, 1000, 1001, 2500])
def test_records_come_out_as_they_went_in(count: int) -> None:
    breaths: list[int] = []
    body = assets.encode_rows(cameras(count))
    assert assets.decode_cameras(body, lambda: breaths.append(1)) == cameras(count)
    assert len(breaths) == -(-count // 1000), "whoever reads may pause after each thousand"


def test_the_map_comes_out_as_it_went_in() -> None:
    ground = Ground(
        roads=tuple(Road(id=n, line=LINE, road_class="primary", nodes=(1, 2), width_m=3.0) for n in range(1200)),
        buildings=(Building(id=1, ring=LINE, height_m=3.0),),
        areas=(Area(id=1, kind="water", ring=LINE),),
        places=(Place(id=1, kind="suburb", where=WHERE, name="잠실동"),),
        turn_rules=(TurnRule(id=1, rule="no_u_turn", from_road=1, to_road=2, via_node=3, exempt=("bus",)),),
    )
    assert assets.decode_ground(assets.encode_ground(ground)) == ground
    assert assets.decode_ground(assets.encode_ground(Ground())) == Ground()


def test_bodies_of_before_are_still_read() -> None:
    encode = msgspec.msgpack.Encoder().encode
    assert assets.decode_cameras(encode(cameras(3))) == cameras(3)
    ground = Ground(places=(Place(id=1, kind="suburb", where=WHERE, name="잠실동"),))
    assert assets.decode_ground(encode(ground)) == ground


def test_places_keep_what_else_their_row_said() -> None:
    lamp = Facility(id="1", kind=FacilityKind.LAMP, name="등", where=WHERE, more={"category": "LED"})
    assert assets.decode_facilities(assets.encode_rows([lamp])) == (lamp,)


@given(st.binary(max_size=60), st.booleans(), st.integers(0, 400))
def test_a_damaged_body_is_refused_and_nothing_else(junk: bytes, keeps_mark: bool, cut: int) -> None:
    body = assets.encode_rows(cameras(5))
    damaged = body[:cut] + junk if keeps_mark else junk
    for decode in (assets.decode_cameras, assets.decode_ground):
        try:
            found: Any = decode(damaged)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            continue
        assert isinstance(found, (tuple, Ground))


def test_a_body_cut_within_a_block_says_where() -> None:
    with pytest.raises(msgspec.DecodeError, match="byte 9"):
        assets.decode_cameras(assets.encode_rows(cameras(5))[:-3])
