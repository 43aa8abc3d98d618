"""Django's cache in Redis, over the same client as all else: TLS and Sentinels are known in one place."""

from typing import Any

from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis import Redis

from finsam_tracker.broker import redis_client


class Client(RedisCacheClient):
    """Finds Redis as ``finsam_tracker.broker`` does."""

    def __init__(self, servers: list[str], **options: Any) -> None:
        super().__init__(servers, **options)
        self.url = servers[0]

    def get_client(self, key: Any = None, *, write: bool = False) -> Redis:
        return redis_client(self.url)


class Cache(RedisCache):
    """The backend that the settings name."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__([server], params)  # whole: Django would part it at the commas between Sentinels
        self._class = Client
