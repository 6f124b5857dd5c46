"""The disaster headquarters (재난안전상황실): flashes of what befalls the city, and the video it is given."""
