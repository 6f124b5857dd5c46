"""A simulated traffic-signal controller: the ring-barrier logic, pure, and a process that speaks the REST profile."""
