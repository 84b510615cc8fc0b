"""Token buckets: bursts up to the limit, an even refill, one bucket a caller."""

import pytest

from ui import rate_limit
from ui.rate_limit import RateLimiter


@pytest.fixture
def clock(monkeypatch):
    """The time as a list of one number, in seconds."""
    now = [0.0]
    monkeypatch.setattr(rate_limit.time, "monotonic", lambda: now[0])
    return now


def test_a_burst_is_let_through_and_what_comes_after_waits_for_the_refill(clock):
    limiter = RateLimiter(6)
    assert [limiter.wait("a") for _ in range(6)] == [0.0] * 6
    assert limiter.wait("a") == 10.0 and limiter.wait("b") == 0.0
    clock[0] = 4.0
    assert limiter.wait("a") == 6.0  # a refused call costs nothing
    clock[0] = 10.0
    assert limiter.wait("a") == 0.0 and limiter.wait("a") == 10.0
    clock[0] = 1_000.0
    assert [limiter.wait("a") for _ in range(7)] == [0.0] * 6 + [10.0]


def test_zero_limits_nothing():
    limiter = RateLimiter(0)
    assert not any(limiter.wait("a") for _ in range(1_000))


def test_callers_are_forgotten_once_there_are_too_many(monkeypatch, clock):
    monkeypatch.setattr(rate_limit, "_CALLERS", 2)
    limiter = RateLimiter(1)
    assert [limiter.wait(name) for name in "abca"] == [0.0] * 4
    assert limiter.wait("a") == 60.0
