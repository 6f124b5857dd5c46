"""The product's own core beside the simulated street, under the street's clock.

Nothing waits for a wall clock: once a simulated second every part of the core that acts by the clock is asked for its
turn (way-finding, priority at signals, deadlines), and what it sets to work is awaited before the street moves on. The
parts' own loops, which sleep, do not run; a driven event loop would have to know what threads and sockets are about.
"""

from bongsu.benches.arrivals.platform.opening import platform

__all__ = ["platform"]
