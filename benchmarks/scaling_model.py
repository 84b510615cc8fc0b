"""What more passages and more readers cost: lines and powers through measured points, queues, and simulations to check them.

Pure: numbers in, numbers out, every random draw from a fixed seed.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count

import numpy as np

Point = tuple[float, float]
Curve = Callable[[float], float]

_FULL = 0.85  # share of a replica's capacity that is planned for at most
_SEED = 7


def line(points: Sequence[Point]) -> tuple[float, float]:
    """(fixed part, part per unit) by least squares; through the origin where there is one point."""
    if len(points) == 1:
        x, y = points[0]
        return 0.0, y / x
    slope, fixed = np.polyfit([x for x, _ in points], [y for _, y in points], 1)
    return float(fixed), float(slope)


def power(points: Sequence[Point]) -> tuple[float, float]:
    """(factor, exponent) of y = factor · x^exponent, by least squares of the logarithms; two points at least."""
    exponent, log_factor = np.polyfit([math.log(x) for x, _ in points], [math.log(y) for _, y in points], 1)
    return math.exp(float(log_factor)), float(exponent)


def straight(points: Sequence[Point]) -> Curve:
    """`line` as a function."""
    fixed, slope = line(points)
    return lambda x: fixed + slope * x


def bent(points: Sequence[Point]) -> Curve:
    """`power` as a function."""
    factor, exponent = power(points)
    return lambda x: float(factor * x**exponent)


def held_out(points: Sequence[Point], fit: Callable[[Sequence[Point]], Curve]) -> float | None:
    """How wrong the curve through the smaller sizes is at the largest, as a share; None with fewer than three sizes."""
    if len(points) < 3:
        return None
    *smaller, (x, y) = sorted(points)
    return fit(smaller)(x) / y - 1


def ingest_rate(workers: int, each: float, writer: float) -> float:
    """Passages a second of `workers` that read and embed `each` a second, before one writer that stores `writer`."""
    return min(workers * each, writer)


def simulated_ingest_rate(
    workers: int, each: float, writer: float, *, passages: int = 200_000, batch: int = 100, ahead: int = 8
) -> float:
    """The same by simulation: batches of uneven cost, and at most `ahead` of them a worker between it and the writer."""
    random = np.random.default_rng(_SEED)
    batches = passages // batch
    making = _uneven(random, batch / each, 0.5, batches)
    storing = _uneven(random, batch / writer, 0.5, batches)
    free = [0.0] * workers
    stored: list[float] = []
    room = workers * ahead
    written = 0.0
    for i in range(batches):
        # Batches are stored in the order they were begun in, as a pipeline with ordered results does.
        begun = max(heapq.heappop(free), stored[i - room] if i >= room else 0.0)
        made = begun + making[i]
        heapq.heappush(free, made)
        written = max(written, made) + storing[i]
        stored.append(written)
    return float(batches * batch / written)


@dataclass(frozen=True, slots=True)
class Replica:
    """One serving process: the most questions a second, and how much one differs from another."""

    capacity: float
    variation: float  # standard deviation of the service time by its mean

    def p95_seconds(self, arriving: float) -> float:
        """Time that 95 of 100 questions stay under when `arriving` come a second at random; infinite when too many.

        M/G/1: the mean wait by Pollaczek and Khinchine, its tail taken as exponential, the service as its mean.
        """
        busy = arriving / self.capacity
        if busy >= 1:
            return math.inf
        wait = busy * (1 + self.variation**2) / (2 * self.capacity * (1 - busy))
        tail = wait / busy * math.log(busy / 0.05) if busy > 0.05 else 0.0
        return 1 / self.capacity + tail

    def simulated_p95_seconds(self, arriving: float, questions: int = 60_000) -> float:
        """The same by simulation: each waits for the one before it."""
        random = np.random.default_rng(_SEED)
        gaps = random.exponential(1 / arriving, questions)
        service = _uneven(random, 1 / self.capacity, self.variation, questions)
        wait, stayed = 0.0, []
        for gap, spent in zip(gaps, service, strict=True):
            wait = max(0.0, wait - gap)
            wait += spent
            stayed.append(wait)
        return float(np.percentile(stayed[questions // 10 :], 95))

    def needed(self, arriving: float, p95_seconds: float) -> int | None:
        """How many of it, each with its share of the questions at random; None where more of them do not help."""
        if self.p95_seconds(0.05 * self.capacity) > p95_seconds:
            return None
        first = math.ceil(arriving / (_FULL * self.capacity))
        return next(n for n in count(max(first, 1)) if self.p95_seconds(arriving / n) <= p95_seconds)


def variation(p50: float, p95: float) -> float:
    """Standard deviation by mean of a log-normal time with these percentiles."""
    sigma = math.log(p95 / p50) / 1.645
    return math.sqrt(math.exp(sigma**2) - 1)


def _uneven(random: np.random.Generator, mean: float, spread: float, size: int) -> list[float]:
    """Log-normal times of this mean and this standard deviation by mean."""
    sigma = math.sqrt(math.log(1 + spread**2))
    drawn: list[float] = random.lognormal(math.log(mean) - sigma**2 / 2, sigma, size).tolist()
    return drawn
