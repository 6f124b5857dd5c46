"""The register of devices (기기 대장): a table with a header → devices + a quality report."""

from bongsu.imports.devices.read import read, read_bytes

__all__ = ["read", "read_bytes"]
