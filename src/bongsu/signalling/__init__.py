"""Priority at signals for crews that are sent: beside the flow, on the ledger first, ended by a lease if we are gone.

Nothing here changes an incident, so nothing here waits for the flow or makes it wait (ADR 16).
"""

from bongsu.signalling.run import Signalling
from bongsu.signalling.start import signalling_of

__all__ = ["Signalling", "signalling_of"]
