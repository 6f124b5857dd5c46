"""Searches on streets, measured against scipy on the same graph in the same run."""
