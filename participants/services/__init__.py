"""Every change of a registration. One function an act: atomic, with its audit row, its versions and its stale mark."""
