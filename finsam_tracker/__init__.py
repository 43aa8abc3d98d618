"""Finsam Tracker: anonymised follow-up and statistics for samordningsförbund."""

from finsam_tracker.celery import app as celery_app

__all__ = ["celery_app"]
