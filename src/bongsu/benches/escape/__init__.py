"""Whether the escape watch plan sees fugitives whom the nearest cameras miss."""
