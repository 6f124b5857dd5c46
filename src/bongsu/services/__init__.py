"""The linked services, one folder each: what follows from a change, as grants and requests; all pure."""
