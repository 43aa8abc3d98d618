"""How often one user may ask, whatever the address: people and machines alike."""

import logging
import time
from typing import Any

from django.conf import settings
from django.core.cache import caches
from redis.exceptions import RedisError
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

MINUTE = 60
logger = logging.getLogger(__name__)


class PerMinute(BaseThrottle):
    """So many requests in each minute of the clock. Who is not logged in is refused elsewhere and not counted.

    One counter for all web processes, raised in one step: no request slips through between reading and writing it.
    """

    def allow_request(self, request: Request, view: Any) -> bool:
        if not request.user.is_authenticated:
            return True
        key = f"api:{request.user.pk}:{int(time.time() // MINUTE)}"
        try:
            caches["limits"].add(key, 0, 2 * MINUTE)
            return caches["limits"].incr(key) <= settings.API_REQUESTS_PER_MINUTE
        except (RedisError, ValueError) as error:
            # A limit that cannot be counted must not close the service. ValueError: the counter was evicted.
            logger.warning("The requests cannot be counted: %s", type(error).__name__)
            return True

    def wait(self) -> float:
        return MINUTE - time.time() % MINUTE
