"""The one storey that speaks SQL: one writer, grouped commits, one transaction for all that belongs together."""

from bongsu.store.store import Store

__all__ = ["Store"]
