"""Patrol cars and other units tell here where they are, many at once (OGC SensorThings words)."""

from bongsu.sources.observations.routes import Observed, routes

__all__ = ["Observed", "routes"]
