"""The escape watch plan: where somebody who flees can be, and which cameras will most probably see them when."""
