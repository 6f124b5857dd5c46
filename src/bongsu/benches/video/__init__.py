"""What the video gateway costs and how late it is, beside the least that could be done."""
