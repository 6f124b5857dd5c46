"""Who may enter and what they may see. Empty on purpose: `access.lease` must drag nothing along."""
