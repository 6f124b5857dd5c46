"""The city's ground from OpenStreetMap (.osm.pbf): roads, buildings, water, parks and places + a quality report."""

from bongsu.imports.osm.read import read

__all__ = ["read"]
