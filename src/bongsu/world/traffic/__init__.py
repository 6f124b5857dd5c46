"""Vehicles and people on the roads of a scene: where each is at any Unix ms, the same in every process."""

from bongsu.world.traffic.moving import Kind, Moment, Traffic

__all__ = ["Kind", "Moment", "Traffic"]
