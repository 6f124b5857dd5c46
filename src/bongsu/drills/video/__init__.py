"""Video that can be trusted: cameras that fail, rights that end, floors, masks and forged leases, under many eyes."""
