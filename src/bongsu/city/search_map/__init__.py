"""The missing-person map: where on the streets somebody who is lost may be, and where to look next."""
