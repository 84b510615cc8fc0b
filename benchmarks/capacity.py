"""The arithmetic of docs/scaling.md: fits, queues, the slowest of many shards. Pure functions; simulations are seeded."""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable, Sequence
from statistics import NormalDist
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Points = Sequence[tuple[float, float]]
_Z95 = NormalDist().inv_cdf(0.95)


class Power(NamedTuple):
    """y = factor · x^exponent."""

    factor: float
    exponent: float

    def at(self, x: float) -> float:
        """The value at x."""
        return self.factor * x**self.exponent


class Line(NamedTuple):
    """y = base + slope · x."""

    base: float
    slope: float

    def at(self, x: float) -> float:
        """The value at x."""
        return self.base + self.slope * x


def power(points: Points) -> Power:
    """Least squares on logarithms; two points at least, all above 0."""
    x, y = np.log(np.array(points, float)).T
    exponent, log_factor = np.polyfit(x, y, 1)
    return Power(math.exp(log_factor), float(exponent))


def line(points: Points) -> Line:
    """Least squares; two points at least."""
    slope, base = np.polyfit(*np.array(points, float).T, 1)
    return Line(float(base), float(slope))


def held_out(points: Points, fit: Callable[[Points], Power | Line]) -> float | None:
    """Fits all but the largest x, and says by what share the largest is missed; None with fewer than three points."""
    if len(points) < 3:
        return None
    *known, (x, y) = sorted(points)
    return fit(known).at(x) / y - 1


def chance_of_waiting(rate: float, service_s: float, servers: int) -> float:
    """Erlang C: the share of calls that find all servers busy, 1 where they cannot keep up."""
    load = rate * service_s
    if load >= servers:
        return 1.0
    blocked = 1.0  # Erlang B, by its recursion, which overflows nowhere
    for n in range(1, servers + 1):
        blocked = load * blocked / (n + load * blocked)
    return blocked / (1 - load / servers * (1 - blocked))


def wait(rate: float, service_s: float, servers: int, share: float, variation: float = 1.0) -> float:
    """Seconds within which `share` of the calls begin; infinite where the servers cannot keep up.

    M/M/c, times (1 + variation) / 2 after Allen and Cunneen; `variation` is the squared coefficient of the service times.
    """
    waiting = chance_of_waiting(rate, service_s, servers)
    spare = servers / service_s - rate
    if spare <= 0:
        return math.inf
    return max(math.log(waiting / (1 - share)), 0.0) / spare * (1 + variation) / 2 if waiting > 0 else 0.0


def mean_wait(rate: float, service_s: float, servers: int, variation: float = 1.0) -> float:
    """The mean wait in seconds, by the same model."""
    spare = servers / service_s - rate
    if spare <= 0:
        return math.inf
    return chance_of_waiting(rate, service_s, servers) / spare * (1 + variation) / 2


def servers_for(
    rate: float, service_s: float, within_s: float, variation: float = 1.0, share: float = 0.95
) -> int:
    """The fewest servers with which `share` of the calls begin within `within_s` seconds."""
    servers = max(math.ceil(rate * service_s), 1)
    while wait(rate, service_s, servers, share, variation) > within_s:
        servers += 1
    return servers


def simulated_waits(
    rate: float, service: NDArray[np.float64], servers: int, seed: int
) -> NDArray[np.float64]:
    """Waits of a queue of Poisson arrivals whose calls take the given seconds each, first come first served."""
    arrivals = np.cumsum(np.random.default_rng(seed).exponential(1 / rate, len(service)))
    free = [0.0] * servers
    waits = np.zeros(len(service))
    for i, (arrival, seconds) in enumerate(zip(arrivals, service, strict=True)):
        begin = max(arrival, heapq.heappop(free))
        waits[i] = begin - arrival
        heapq.heappush(free, begin + seconds)
    return waits


def spread(p50: float, p95: float) -> float:
    """The sigma of the lognormal with these quantiles."""
    return math.log(p95 / p50) / _Z95


def variation(p50: float, p95: float) -> float:
    """The squared coefficient of variation of that lognormal."""
    return math.expm1(spread(p50, p95) ** 2)


def slowest_of(shards: int, p50: float, p95: float, share: float) -> float:
    """The time within which `share` of the questions have heard from every shard, each shard lognormal and independent."""
    return p50 * math.exp(spread(p50, p95) * NormalDist().inv_cdf(share ** (1 / shards)))


def simulated_slowest(shards: int, p50: float, p95: float, share: float, seed: int, n: int = 4000) -> float:
    """The same by drawing `n` questions."""
    draws = np.random.default_rng(seed).lognormal(math.log(p50), spread(p50, p95), (n, shards))
    return float(np.quantile(draws.max(axis=1), share))
