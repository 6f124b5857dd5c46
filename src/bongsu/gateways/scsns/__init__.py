"""Answers go out to 112 and other partners of the safety network (스마트도시 안전망서비스) here."""

from bongsu.gateways.scsns.client import Client

__all__ = ["Client"]
