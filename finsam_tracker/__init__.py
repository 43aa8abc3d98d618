"""Finsam Tracker: anonymised follow-up and statistics for samordningsförbund."""

from finsam_tracker.celery import app as celery_app

__version__ = "0.1.0"
"""The same as in pyproject.toml. Stands in what is published, to say what computed it."""
__all__ = ["__version__", "celery_app"]
