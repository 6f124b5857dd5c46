"""Exercises of the whole platform through its public doors only, with figures counted at the client."""
