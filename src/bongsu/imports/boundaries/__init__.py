"""Districts (행정구역) from GeoJSON, TopoJSON or shapefile: outlines in degrees + a quality report."""

from bongsu.imports.boundaries.read import read

__all__ = ["read"]
