"""Priority at traffic signals: the way out to signal controllers (긴급차량 우선신호; docs/reference/signals.md)."""

from bongsu.gateways.signals.client import Controllers
from bongsu.gateways.signals.wire import ControllerStatus, PhaseStatus

__all__ = ["ControllerStatus", "Controllers", "PhaseStatus"]
