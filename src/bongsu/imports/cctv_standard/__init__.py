"""The national camera register (전국CCTV표준데이터) and its many local cousins: bytes → cameras + a quality report."""

from bongsu.imports.cctv_standard.read import read, read_bytes

__all__ = ["read", "read_bytes"]
