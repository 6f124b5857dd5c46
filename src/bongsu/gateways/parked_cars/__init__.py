"""Whoever parked in the way: out to the vehicle-contact authority (주차 차량 연락; docs/reference/parked-cars.md)."""

from bongsu.gateways.parked_cars.client import Authority, Contact

__all__ = ["Authority", "Contact"]
