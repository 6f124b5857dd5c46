"""What is measured against its limit, or against the bare thing, in one run; one file per bench."""
