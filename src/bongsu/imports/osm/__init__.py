"""The city's ground from OpenStreetMap (.osm.pbf, .osm): roads, turns, buildings, water, places + a quality report."""

from bongsu.imports.osm.read import read

__all__ = ["read"]
