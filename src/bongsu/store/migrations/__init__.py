"""How a store written by an older release becomes one of today: one file for each schema number, applied in order."""
