"""Pages of stored tables, kept in each web process as they were drawn.

What is kept is named by the content of the tables, so that it cannot be out of date: figures that change get another
name. To draw a page costs ten times as much as all else about it.
"""

import hashlib
import zlib
from collections.abc import Callable

from django.core.cache import caches
from django.utils.safestring import SafeString, mark_safe

CACHE = "drawn"
FAST = 1
"""Of zlib's levels: a tenth of the size, and put together again in a millisecond."""


def drawn_once(name: tuple[object, ...], draw: Callable[[], str]) -> SafeString:
    """The markup of this name; drawn, escaped as it must be, where it is not kept."""
    key = hashlib.sha256(repr(name).encode()).hexdigest()
    packed = caches[CACHE].get(key)
    if packed is None:
        packed = zlib.compress(draw().encode(), FAST)
        caches[CACHE].set(key, packed)
    return mark_safe(zlib.decompress(packed).decode())  # noqa: S308
