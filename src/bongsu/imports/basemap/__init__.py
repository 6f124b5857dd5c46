"""The base map the console draws: one PMTiles file of vector tiles made from the ground, without the internet.

Zoom 8–15 (a client overzooms from 15: a tile unit is 0.24 m there), Web Mercator, MVT 2, gzip. Layers and their
attributes — the console's style depends on these names:

- `roads` (lines): `class` OSM's highway value, `name`, `name_en`, `oneway` (1, -1; absent both ways)
- `buildings` (polygons, from zoom 14): `height_m` where known, `name`
- `areas` (polygons): `kind` "water" or "park", `name`, `name_en`
- `places` (points): `kind` OSM's value (suburb, neighbourhood, school, station …), `name`, `name_en`

A text attribute is absent when empty. What shows from which zoom is in `layers.py`.
"""

from bongsu.imports.basemap.write import write

__all__ = ["write"]
