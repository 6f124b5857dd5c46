"""The vocabulary every storey speaks: frozen records and pure functions. It imports nothing of ours."""
