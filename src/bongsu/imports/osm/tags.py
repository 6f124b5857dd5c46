"""What OSM's tags say about roads, buildings, areas and places (wiki.openstreetmap.org, "Map features")."""

from __future__ import annotations

import re
from collections.abc import Mapping

Tags = Mapping[str, str]

_LINKED = ("motorway", "trunk", "primary", "secondary", "tertiary")
_STREETS = ("unclassified", "residential", "living_street", "service", "pedestrian", "track", "road", "busway")
_PATHS = ("footway", "path", "cycleway", "steps", "bridleway")
ROAD_CLASSES = frozenset((*_LINKED, *(f"{name}_link" for name in _LINKED), *_STREETS, *_PATHS))
WATER = frozenset((("natural", "water"), ("waterway", "riverbank"), ("waterway", "dock"), ("landuse", "reservoir")))
PARK = frozenset(
    [("leisure", value) for value in ("park", "garden", "nature_reserve", "playground", "common", "dog_park")]
    + [("landuse", value) for value in ("recreation_ground", "village_green", "forest", "grass", "meadow")]
    + [("natural", "wood"), ("boundary", "national_park")]
)
_SETTLEMENTS = "city town borough suburb quarter neighbourhood village hamlet locality island square"
_PUBLIC = (
    "school kindergarten college university hospital clinic police fire_station townhall courthouse library "
    "marketplace bus_station community_centre place_of_worship theatre"
)
PLACES: Mapping[str, frozenset[str]] = {
    "place": frozenset(_SETTLEMENTS.split()),
    "railway": frozenset(("station", "halt")),
    "amenity": frozenset(_PUBLIC.split()),
    "leisure": frozenset(("stadium", "sports_centre")),
    "tourism": frozenset(("attraction", "museum", "theme_park", "zoo")),
    "shop": frozenset(("mall", "department_store")),
}
KEYS = ("highway", "building", "natural", "waterway", "landuse", "boundary", *PLACES)
"""Every key that can make an object matter; all others are skipped while reading."""

MIXED = re.compile(
    r"([가-힣][가-힣0-9·\s-]*?)\s*(?:\(([A-Za-z][A-Za-z0-9 .,'&-]{3,})\)|\s"
    r"([A-Z][A-Za-z0-9.']*(?:[ -][A-Za-z0-9.'-]+)*[ -]?"
    r"(?:ro|gil|daero|dong|gu|si|eup|myeon|Station|Park|School|Bridge|Street)))"
)
"""한글 (English) in brackets, or 한글 followed by what ends like an English name of a street or place."""

LEVEL_M = 3.0
"""Height of a storey where only building:levels is known: Korean flats are built at 2.8–3.0 m a floor."""


def road_class(tags: Tags) -> str:
    """OSM's highway value when it is a road or path one can be on, else ""."""
    value = tags.get("highway", "")
    return value if value in ROAD_CLASSES and tags.get("area") != "yes" else ""


def lanes(tags: Tags) -> int | None:
    """How many lanes, both ways together."""
    found = re.fullmatch(r"\s*(\d{1,2})(\.\d+)?\s*", tags.get("lanes", ""))
    return int(found[1]) or None if found else None


def oneway(tags: Tags) -> int:
    """+1 along the line, -1 against it, 0 both ways; motorways and roundabouts are one-way unless they say no."""
    said = tags.get("oneway", "")
    if said in ("yes", "true", "1"):
        return 1
    if said in ("-1", "reverse"):
        return -1
    implied = tags.get("highway") in ("motorway", "motorway_link") or tags.get("junction") in ("roundabout", "circular")
    return 1 if implied and not said else 0


def is_building(tags: Tags) -> bool:
    """Tell whether it stands above ground as a building."""
    return tags.get("building", "no") not in ("no", "demolished", "ruins") and tags.get("location") != "underground"


def height_m(tags: Tags) -> float | None:
    """Metres from `height` ("12", "12 m", "40'"), else from building:levels at 3 m each, else None."""
    if found := re.fullmatch(r"\s*(\d{1,4}(?:\.\d+)?)\s*(m|ft|')?.*", tags.get("height", "")):
        metres = float(found[1]) * (0.3048 if found[2] in ("ft", "'") else 1.0)
        if 0 < metres < 1000:
            return round(metres, 2)
    levels = re.fullmatch(r"\s*(\d{1,3}(?:\.\d+)?)\s*", tags.get("building:levels", ""))
    return float(levels[1]) * LEVEL_M or None if levels else None


def area_kind(tags: Tags) -> str:
    """ "water", "park" or ""."""
    pairs = {(key, tags[key]) for key in ("natural", "waterway", "landuse", "leisure", "boundary") if key in tags}
    if pairs & WATER:
        return "water"
    return "park" if pairs & PARK else ""


def place_kind(tags: Tags) -> str:
    """OSM's value of a named place worth a label or an address, "" for anything else or without a name."""
    if not tags.get("name"):
        return ""
    return next((tags[key] for key, values in PLACES.items() if tags.get(key) in values), "")


def width_m(tags: Tags) -> float | None:
    """Metres between the kerbs from `width` ("3.5", "3.5 m", "12'"), else `est_width`, else None."""
    for key in ("width", "est_width"):
        found = re.fullmatch(r"\s*(\d{1,3}(?:[.,]\d+)?)\s*(m|ft|')?\s*", tags.get(key, ""))
        if found:
            metres = float(found[1].replace(",", ".")) * (0.3048 if found[2] in ("ft", "'") else 1.0)
            return round(metres, 2) if 0.3 <= metres <= 150 else None
    return None


def names(tags: Tags) -> tuple[str, str]:
    """The local name, Korean first, and the English one ("" where unknown); a name in both languages is parted."""
    name, english = tags.get("name:ko") or tags.get("name", ""), tags.get("name:en") or tags.get("int_name", "")
    if found := MIXED.fullmatch(name.strip()):
        return found[1].strip(), (english or found[2] or found[3]).strip()
    return name.strip(), english.strip()


def is_mixed(tags: Tags) -> bool:
    """Tell whether the name holds both languages ("송파대로 Songpa-daero")."""
    return MIXED.fullmatch((tags.get("name:ko") or tags.get("name", "")).strip()) is not None
