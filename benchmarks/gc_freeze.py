"""Whether `gc.freeze()` after warm-up shortens searches: `python -m benchmarks.gc_freeze`, over the index of the configuration.

Rounds with and without take turns in one process, so that neighbours on the machine disturb both alike. Beside the wall
time of each search it sums what the collector itself took, which neighbours hardly change.

28 November 2026, 1,002 articles, a machine at load 13: in 1,150 searches of each side no full collection came, and the
collector took .01% of the time (a full one, forced, 330 ms). So `serve` does not freeze: there is nothing to gain.
"""

from __future__ import annotations

import gc
import json
import statistics
import time
from pathlib import Path

from rag import PolicyQA

_ROUNDS = 4
_DATA = Path(__file__).parents[2] / "shared" / "data" / "retrieval_qa_dev.jsonl"


def main() -> None:
    """Prints both sides."""
    lines = _DATA.read_text(encoding="utf-8").splitlines()
    questions = [json.loads(line)["question"] for line in lines]
    found: dict[bool, list[float]] = {False: [], True: []}
    collected: dict[bool, list[tuple[int, float]]] = {False: [], True: []}
    began = 0.0
    frozen = False

    def watch(phase: str, about: dict[str, int]) -> None:
        nonlocal began
        if phase == "start":
            began = time.thread_time()
        else:
            collected[frozen].append((about["generation"], (time.thread_time() - began) * 1000))

    with PolicyQA.open() as qa:
        qa.warm_up()
        for question in questions[:20]:
            qa.search(question, 10)
        for number in range(_ROUNDS):
            frozen = bool(number % 2)
            gc.unfreeze()
            gc.collect()
            if frozen:
                gc.freeze()
            gc.callbacks.append(watch)
            for question in questions:
                start = time.perf_counter()
                qa.search(question, 10)
                found[frozen].append((time.perf_counter() - start) * 1000)
            gc.callbacks.remove(watch)
    for side, name in ((False, "as it is"), (True, "frozen")):
        times = sorted(found[side])
        full = [ms for generation, ms in collected[side] if generation == 2]
        share = sum(ms for _, ms in collected[side]) / sum(times)
        print(
            f"{name:9} p50 {statistics.median(times):6.1f} ms  p95 {times[int(0.95 * len(times))]:6.1f} ms  "
            f"full collections {len(full)} of {max(full, default=0.0):.1f} ms at most  "
            f"collector {share:.2%} of the time"
        )


if __name__ == "__main__":
    main()
