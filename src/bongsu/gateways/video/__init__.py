"""The core's line to the video process: who may watch, told at once, and a heartbeat it stops without."""
