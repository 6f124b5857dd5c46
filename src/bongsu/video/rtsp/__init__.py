"""Our own RTSP reader: one TCP connection to one camera, on the loop, without a thread (RFC 2326; ADR 19)."""
