"""Partners without SCSNS hand their emergency messages in here, as JSON with an idempotency key."""

from bongsu.sources.reports.routes import routes

__all__ = ["routes"]
