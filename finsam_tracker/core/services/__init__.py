"""Setting up a federation. One function an act: atomic, with its audit row and its stale mark.

The office's pages and the federation's configuration file call the same ones.
"""
