"""Cameras tell here what happens before them: motion, tampering, lines crossed (ONVIF Profiles T and M)."""

from bongsu.sources.onvif.listen import Listener

__all__ = ["Listener"]
