"""Partners' envelopes, codes and parsing as pure functions, shared by the source and the gateway that speak them."""
