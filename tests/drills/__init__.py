"""Drills: a whole deployment whose parts are killed while it is used (``make drill``), or that meets a national morning
(``make drill ARGS=load``)."""
