"""The simulated cameras: what a camera at its own place and heading would see, served over RTSP."""
