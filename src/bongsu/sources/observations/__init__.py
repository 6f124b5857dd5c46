"""Units tell here where they are, and gateways what their devices told, many at once (OGC SensorThings words)."""

from bongsu.sources.observations.routes import Observed, Publish, routes

__all__ = ["Observed", "Publish", "routes"]
