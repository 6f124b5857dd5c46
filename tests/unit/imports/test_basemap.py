"""The base map holds the layers the console's style names, with both names, and draws what is there."""

import gzip
import math
from pathlib import Path
from typing import Any

import mapbox_vector_tile
import pytest
import shapely
from pmtiles.reader import MmapSource, Reader, all_tiles

from bongsu.core.asset import Area, Building, Ground, Place, Road
from bongsu.core.errors import Invalid
from bongsu.core.geo import Point
from bongsu.imports import basemap

WHERE = Point(127.1001, 37.5101)


def a_ring(side: float, x: float = 127.1, y: float = 37.51) -> tuple[tuple[float, float], ...]:
    return (x, y), (x + side, y), (x + side, y + side), (x, y + side), (x, y)


def a_ground() -> Ground:
    return Ground(
        roads=(
            Road(
                id=1,
                line=((127.09, 37.51), (127.12, 37.51)),
                road_class="primary",
                name="올림픽로",
                name_en="Olympic-ro",
            ),
            Road(id=2, line=((127.1, 37.51), (127.1, 37.512)), road_class="footway"),
        ),
        buildings=(Building(id=3, ring=a_ring(0.0004), height_m=12.0),),
        areas=(Area(id=4, kind="water", ring=a_ring(0.01), name="석촌호수", name_en="Seokchon Lake"),),
        places=(Place(id=5, kind="suburb", where=WHERE, name="잠실동", name_en="Jamsil-dong"),),
    )


def tile_of(zoom: int, where: Point) -> tuple[int, int, int]:
    count = 2**zoom
    lat = math.radians(where.lat)
    y = (1 - math.log(math.tan(lat) + 1 / math.cos(lat)) / math.pi) / 2 * count
    return zoom, int((where.lon + 180) / 360 * count), int(y)


def layers_at(path: Path, zoom: int, where: Point = WHERE) -> dict[str, Any]:
    with path.open("rb") as file:
        data = Reader(MmapSource(file)).get(*tile_of(zoom, where))
    layers: dict[str, Any] = mapbox_vector_tile.decode(gzip.decompress(data), default_options={"y_coord_down": True})
    return layers


def test_all_layers_carry_the_documented_attributes(tmp_path: Path) -> None:
    basemap.write(a_ground(), tmp_path / "a.pmtiles")
    found = {
        name: [f["properties"] for f in layer["features"]]
        for name, layer in layers_at(tmp_path / "a.pmtiles", 15).items()
    }
    assert {"class": "primary", "name": "올림픽로", "name_en": "Olympic-ro"} in found["roads"]
    assert found["buildings"] == [{"height_m": 12.0}]
    assert found["areas"] == [{"kind": "water", "name": "석촌호수", "name_en": "Seokchon Lake"}]
    assert found["places"] == [{"kind": "suburb", "name": "잠실동", "name_en": "Jamsil-dong"}]


def test_small_things_wait_for_a_closer_zoom(tmp_path: Path) -> None:
    basemap.write(a_ground(), tmp_path / "a.pmtiles")
    far, near = layers_at(tmp_path / "a.pmtiles", 11), layers_at(tmp_path / "a.pmtiles", 15)
    assert [feature["properties"]["class"] for feature in far["roads"]["features"]] == ["primary"]
    assert "buildings" not in far
    assert {feature["properties"]["class"] for feature in near["roads"]["features"]} == {"primary", "footway"}


def test_a_shape_lies_in_its_tile_where_it_lies_on_earth(tmp_path: Path) -> None:
    basemap.write(a_ground(), tmp_path / "a.pmtiles")
    (feature,) = layers_at(tmp_path / "a.pmtiles", 15)["places"]["features"]
    count = 2**15
    x = ((WHERE.lon + 180) / 360 * count) % 1 * 4096
    lat = math.radians(WHERE.lat)
    y = ((1 - math.log(math.tan(lat) + 1 / math.cos(lat)) / math.pi) / 2 * count) % 1 * 4096
    assert feature["geometry"]["coordinates"] == pytest.approx([x, y], abs=1)


def test_polygons_wind_as_vector_tiles_ask(tmp_path: Path) -> None:
    basemap.write(a_ground(), tmp_path / "a.pmtiles")
    (water,) = layers_at(tmp_path / "a.pmtiles", 14)["areas"]["features"]
    ring = shapely.LinearRing(water["geometry"]["coordinates"][0])
    assert ring.is_ccw, "positive area in numbers, clockwise on a screen whose y points down"


def test_the_header_says_where_the_city_lies_and_lists_every_layer(tmp_path: Path) -> None:
    ground = Ground(roads=a_ground().roads)
    basemap.write(ground, tmp_path / "a.pmtiles")
    with (tmp_path / "a.pmtiles").open("rb") as file:
        reader = Reader(MmapSource(file))
        header, metadata = reader.header(), reader.metadata()
    assert (header["min_zoom"], header["max_zoom"]) == (9, 15), "a primary road shows from zoom 9"
    assert header["min_lon_e7"] == 1270900000
    assert [layer["id"] for layer in metadata["vector_layers"]] == ["areas", "buildings", "roads", "places"]


def test_the_same_ground_gives_the_same_bytes_and_no_half_file(tmp_path: Path) -> None:
    basemap.write(a_ground(), tmp_path / "a.pmtiles")
    basemap.write(a_ground(), tmp_path / "b.pmtiles")
    assert (tmp_path / "a.pmtiles").read_bytes() == (tmp_path / "b.pmtiles").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.pmtiles", "b.pmtiles"]


def test_every_tile_can_be_read(tmp_path: Path) -> None:
    basemap.write(a_ground(), tmp_path / "a.pmtiles")
    with (tmp_path / "a.pmtiles").open("rb") as file:
        tiles = list(all_tiles(MmapSource(file)))
    assert {zoom for (zoom, _, _), _ in tiles} == set(range(8, 16))
    assert all(mapbox_vector_tile.decode(gzip.decompress(data)) for _, data in tiles)


def test_broken_rings_are_left_out_and_the_rest_is_drawn(tmp_path: Path) -> None:
    bow = Building(id=9, ring=((127.1, 37.51), (127.101, 37.511), (127.101, 37.51), (127.1, 37.511), (127.1, 37.51)))
    flat = Building(id=10, ring=((127.1, 37.51), (127.1, 37.51), (127.1, 37.51), (127.1, 37.51)))
    basemap.write(Ground(buildings=(bow, flat)), tmp_path / "a.pmtiles")
    assert len(layers_at(tmp_path / "a.pmtiles", 15)["buildings"]["features"]) >= 1


def test_an_empty_ground_is_refused_and_leaves_no_file(tmp_path: Path) -> None:
    with pytest.raises(Invalid) as refused:
        basemap.write(Ground(), tmp_path / "a.pmtiles")
    assert refused.value.code == "basemap.empty"
    assert list(tmp_path.iterdir()) == []
