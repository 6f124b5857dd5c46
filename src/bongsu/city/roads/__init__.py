"""Streets one can move on: how long from here to there, who is there first, how far by now, and where a track ran.

Pure and compiled: `warm.warm()` once in each process that asks, never on the platform's loop (it may compile).
"""
