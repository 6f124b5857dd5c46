"""The national register of emergency bells (전국안전비상벨위치표준데이터): bytes → bells + a quality report."""

from bongsu.imports.bells_standard.read import read, read_bytes

__all__ = ["read", "read_bytes"]
