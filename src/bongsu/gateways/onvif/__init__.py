"""Cameras over ONVIF: found on the network, asked for their streams and clock, turned, and listened to."""
