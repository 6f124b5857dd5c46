"""Registers of places (street lamps, schools, police and fire posts, shelters …): any table with coordinates."""

from bongsu.imports.facilities.read import read, read_bytes

__all__ = ["read", "read_bytes"]
