"""112 and other partners of the safety network (스마트도시 안전망서비스) hand their events in here."""

from bongsu.sources.scsns.routes import routes

__all__ = ["routes"]
