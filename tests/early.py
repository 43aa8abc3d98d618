"""Loaded before Django's settings: gives each parallel test process a Redis database of its own."""

import os

_address, _slash, _number = os.environ.get("REDIS_URL", "").rpartition("/")
if _address and "PYTEST_XDIST_WORKER" in os.environ:
    os.environ["REDIS_URL"] = f"{_address}/{int(os.environ['PYTEST_XDIST_WORKER'].removeprefix('gw')) + 1}"
