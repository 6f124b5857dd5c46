"""The 119 partner (119종합상황실): fire, rescue and medical calls, and the video of their scenes."""
