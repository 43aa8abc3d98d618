"""A reference in plain Python that every table is held against, on federations made at random."""
