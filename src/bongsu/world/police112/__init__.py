"""The 112 partner: calls the city over SCSNS, keeps its answers, and watches as an officer would.

It speaks from its own copy of every wire, so that a format the platform misreads is not misread here as well.
"""
