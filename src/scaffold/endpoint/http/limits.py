"""How much may be asked in a minute: counted as the services count it, and kept where it is set.

Source: https://developers.openai.com/api/docs/guides/rate-limits
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from scaffold.endpoint.http.service_errors import Family, ServiceError, azure_refused, refused

# What is told where no limit is set, which nobody reaches here.
_REQUESTS, _TOKENS = 10_000, 30_000_000
_MINUTE = 60.0


@dataclass
class Bucket:
    """So many of a thing a minute, which come back evenly.

    Attributes:
        limit: how many a minute.
        clock: tells the time, in seconds.
    """

    limit: int
    clock: Callable[[], float] = time.monotonic
    _used: float = field(default=0.0, init=False)
    _seen: float = field(default=0.0, init=False)

    def wait_for(self, count: float) -> float:
        """Return how many seconds it takes until so many may be had."""
        self._refill()
        # What is more than a minute's is let through when the bucket is full: else it would never
        # be.
        more = self._used + min(count, self.limit) - self.limit
        return max(more, 0.0) * _MINUTE / self.limit

    def take(self, count: float) -> None:
        """Count what was had: at most all that there is."""
        self._refill()
        self._used = min(self._used + count, self.limit)

    @property
    def remaining(self) -> int:
        """How many may be had now."""
        return math.floor(self.limit - self._used)

    @property
    def reset(self) -> float:
        """In how many seconds all may be had again."""
        return self._used * _MINUTE / self.limit

    def _refill(self) -> None:
        now = self.clock()
        left = self._used - (now - self._seen) * self.limit / _MINUTE
        self._used, self._seen = left if left > 0 else 0.0, now


class Limits:
    """The requests and tokens that may be had in a minute.

    Args:
        requests: how many requests; None where there is no limit.
        tokens: how many tokens; None where there is no limit.
        clock: tells the time, in seconds.
    """

    def __init__(
        self,
        requests: int | None = None,
        tokens: int | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._requests = Bucket(requests or _REQUESTS, clock)
        self._tokens = Bucket(tokens or _TOKENS, clock)
        limits = (("requests", requests, self._requests), ("tokens", tokens, self._tokens))
        # Of what has no limit, there is always more.
        self._kept = [(kind, bucket) for kind, limit, bucket in limits if limit is not None]

    def take(self, family: Family, tokens: int) -> None:
        """Let a request through.

        Args:
            family: whose words a refusal is in.
            tokens: about how many it has, and may have in its answer.

        Raises:
            ServiceError: it is one too many; it says when there may be another.
        """
        for kind, bucket in self._kept:
            count = 1 if bucket is self._requests else tokens
            wait = bucket.wait_for(count)
            if wait > 0:
                raise self._refusal(family, kind, bucket, count, wait)
        self._requests.take(1)
        self._tokens.take(tokens)

    def headers(self) -> list[tuple[bytes, bytes]]:
        """Return what every answer says of them."""
        requests, tokens = self._requests, self._tokens
        return [
            (b"x-ratelimit-limit-requests", b"%d" % requests.limit),
            (b"x-ratelimit-remaining-requests", b"%d" % requests.remaining),
            (b"x-ratelimit-reset-requests", _duration(requests.reset).encode()),
            (b"x-ratelimit-limit-tokens", b"%d" % tokens.limit),
            (b"x-ratelimit-remaining-tokens", b"%d" % tokens.remaining),
            (b"x-ratelimit-reset-tokens", _duration(tokens.reset).encode()),
        ]

    @staticmethod
    def _refusal(
        family: Family, kind: str, bucket: Bucket, count: int, wait: float
    ) -> ServiceError:
        used = bucket.limit - bucket.remaining
        detail = f"Limit {bucket.limit}, Used {used}, Requested {count}"
        return _too_many(family, kind, detail, _duration(wait), math.ceil(wait))


def _too_many(family: Family, kind: str, detail: str, again: str, seconds: int) -> ServiceError:
    """More was asked for in a minute than may be.

    Args:
        family: whose words it is said in.
        kind: of what: `requests` or `tokens`.
        detail: the limit, and what was asked.
        again: when there may be more, in words.
        seconds: the same in whole seconds.
    """
    headers = {"retry-after": str(seconds), "retry-after-ms": str(seconds * 1000)}
    if family == "azure":
        message = (
            f"Your requests have exceeded the call rate limit ({kind} a minute: {detail}) of your"
            f" current pricing tier. Please retry after {seconds} seconds."
        )
        error = azure_refused(429, "RateLimitReached", message)
    else:
        short = "RPM" if kind == "requests" else "TPM"
        message = (
            f"Rate limit reached in organization offline on {kind} per min ({short}): {detail}."
            f" Please try again in {again}. Visit https://platform.openai.com/account/rate-limits"
            " to learn more."
        )
        error = refused(message, status=429, kind=kind, code="rate_limit_exceeded")
    error.headers = headers
    return error


def _duration(seconds: float) -> str:
    """Return a time as the services write it: `6ms`, `1.2s`, `1m30s`."""
    if seconds < 1:
        return f"{math.ceil(seconds * 1000)}ms"
    minutes, rest = divmod(math.ceil(seconds * 1000) / 1000, 60)
    return f"{int(minutes)}m{round(rest)}s" if minutes else f"{rest:g}s"
