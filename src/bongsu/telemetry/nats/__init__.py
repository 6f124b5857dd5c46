"""The NATS server that buffers what devices tell: ours, as a child process, or the city's own by URL."""
