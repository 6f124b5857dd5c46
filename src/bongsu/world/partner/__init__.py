"""What the partners have in common: 112, 119, the disaster room and the tracking centre are thin rooms on it.

A partner tells the city what happens over SCSNS, keeps the city's answers, and watches as its people would. It speaks
from its own copy of every wire, so that a format the platform misreads is not misread here as well.
"""
