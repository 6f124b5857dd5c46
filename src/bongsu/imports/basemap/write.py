"""Write the base map of a city: tiles in their order into one PMTiles file that appears whole or not at all."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import shapely
from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer

from bongsu.core.asset import Ground
from bongsu.core.errors import Invalid
from bongsu.imports.basemap.layers import ATTRIBUTES, LAYERS, MAX_ZOOM, MIN_ZOOM, layers_of
from bongsu.imports.basemap.tiles import tiles_at, zoomed

open_writer: Callable[[BinaryIO], Any] = Writer
"""The package is marked as typed but its writer is not."""

Progress = Callable[[int, int], None]
Box = tuple[float, float, float, float]


def write(ground: Ground, path: Path, *, progress: Progress = lambda done, total: None) -> None:
    """Write the ground's tiles to `path`, replacing what is there only when all is written.

    `progress` is told (tiles done, tiles in all). Raises Invalid("basemap.empty") when there is nothing to draw.
    """
    layers = layers_of(ground)
    box = _box(ground)
    zooms = {zoom: [zoomed(layer, zoom) for layer in layers] for zoom in range(MIN_ZOOM, MAX_ZOOM + 1)}
    total = sum(len({place for layer in shown for place in layer.rows_at}) for shown in zooms.values())
    growing = path.with_name(path.name + ".part")
    with growing.open("wb") as file:
        writer, done = open_writer(file), 0
        for zoom, shown in zooms.items():
            tiles = [(zxy_to_tileid(zoom, x, y), data) for (x, y), data in tiles_at(zoom, shown)]
            for tile_id, data in sorted(tiles):
                writer.write_tile(tile_id, data)
                done += 1
            progress(min(done, total), total)
        writer.finalize(_header(box), _metadata())
    growing.replace(path)
    progress(total, total)


def _box(ground: Ground) -> Box:
    points = [point for road in ground.roads for point in road.line]
    points += [point for building in ground.buildings for point in building.ring]
    points += [point for area in ground.areas for point in area.ring]
    points += [(place.where.lon, place.where.lat) for place in ground.places]
    if not points:
        raise Invalid("basemap.empty")
    west, south, east, north = shapely.total_bounds(shapely.MultiPoint(np.array(points))).tolist()
    return west, south, east, north


def _header(box: Box) -> dict[str, object]:
    west, south, east, north = (round(degrees * 1e7) for degrees in box)
    return {
        "tile_type": TileType.MVT,
        "tile_compression": Compression.GZIP,
        "min_lon_e7": west,
        "min_lat_e7": south,
        "max_lon_e7": east,
        "max_lat_e7": north,
        "center_zoom": 13,
        "center_lon_e7": (west + east) // 2,
        "center_lat_e7": (south + north) // 2,
    }


def _metadata() -> dict[str, object]:
    """All layers, empty ones too: a style that names a layer the file does not list is an error in the client."""
    return {
        "name": "bongsu",
        "attribution": "© OpenStreetMap contributors",
        "vector_layers": [
            {"id": name, "fields": ATTRIBUTES[name], "minzoom": MIN_ZOOM, "maxzoom": MAX_ZOOM} for name in LAYERS
        ],
    }
