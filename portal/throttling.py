"""A fixed-window counter per address, kept in the shared cache by one atomic increment.

DRF's stock throttle reads, changes and writes a list (a race), and keys on a header the client
writes. Without a cache the API stays open: filing must work while the cache is away.
"""

import time
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.cache import cache
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

if TYPE_CHECKING:
    from rest_framework.views import APIView

PERIODS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


class AddressThrottle(BaseThrottle):
    def __init__(self) -> None:
        count, period = settings.API_RATE.split("/")
        self.limit = int(count)
        self.seconds = PERIODS[period[0]]
        self.left = 0.0

    def allow_request(self, request: Request, view: "APIView") -> bool:
        now = time.time()
        window = int(now // self.seconds)
        self.left = (window + 1) * self.seconds - now
        key = f"throttle:{self.get_ident(request)}:{window}"
        cache.add(key, 0, timeout=self.seconds + 5)
        try:
            count = cache.incr(key)
        except ValueError:
            return True
        return count is None or count <= self.limit

    def wait(self) -> float:
        return self.left
