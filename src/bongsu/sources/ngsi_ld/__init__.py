"""The city's NGSI-LD hub (City Data Hub) as a source: we subscribe there, and what it tells becomes reports."""

from bongsu.sources.ngsi_ld.hub import Hub, HubTerms, read_hubs
from bongsu.sources.ngsi_ld.routes import routes

__all__ = ["Hub", "HubTerms", "read_hubs", "routes"]
