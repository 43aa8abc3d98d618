"""Setting up initiatives and lists. One function an act: atomic, with its audit row and its stale mark."""
