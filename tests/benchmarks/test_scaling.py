"""docs/scaling.md says what the results say; its formulas against known values and simulations."""

import copy
import json
import math

import numpy as np
import pytest

from benchmarks import capacity, index_parts, scaling
from docs_store.store import DocsStore
from ingest import ingest


def test_the_page_holds_the_tables_of_the_results():
    text = scaling._PAGE.read_text(encoding="utf-8")
    assert scaling.fresh(text, scaling.read()) == text, "run `python -m benchmarks.scaling`"


def test_a_page_without_markers_is_not_taken_for_current():
    with pytest.raises(ValueError, match="no markers for measured"):
        scaling.fresh("nothing", scaling.read())


def test_more_sizes_are_checked_against_the_largest():
    results = copy.deepcopy(scaling.read())
    rows = results["scale"]["rows"][:1] * 3
    results["scale"]["rows"] = [
        row
        | {
            "passages": n,
            "disk_mb": 10 + n / 100,
            "ingest_s": n**1.1,
            "ours p50_ms": 5 * n**0.5,
            "ours p95_ms": 9 * n**0.5,
        }
        for row, n in zip(rows, (5_000, 40_000, 160_000), strict=True)
    ]
    checks = scaling.tables(results)["checks"]
    assert (
        "| disk, MB | 10 + 10.00 a thousand passages | the largest size, predicted from the others | +0% at 160,000"
        in checks
    )
    assert "grows with passages to the 1.10" in checks and "grows with passages to the 0.50" in checks


def test_a_fit_says_by_how_much_it_misses():
    points = [(1.0, 2.0), (2.0, 4.0), (4.0, 16.0)]
    assert capacity.held_out(points, capacity.power) == pytest.approx(-0.5)
    assert capacity.held_out(points, capacity.line) == pytest.approx(-0.5)
    assert capacity.held_out(points[:2], capacity.line) is None


def test_erlang_c():
    assert capacity.chance_of_waiting(0.5, 1, 1) == pytest.approx(0.5)  # M/M/1
    assert capacity.chance_of_waiting(1.0, 1, 2) == pytest.approx(1 / 3)  # from the tables
    assert capacity.mean_wait(0.5, 1, 1) == pytest.approx(1.0)
    assert capacity.mean_wait(0.5, 1, 1, variation=0) == pytest.approx(0.5)  # M/D/1, exactly
    assert capacity.wait(3, 1, 2, 0.95) == math.inf
    assert 0 < capacity.chance_of_waiting(950, 1, 1000) < 0.1  # no overflow


@pytest.mark.parametrize(("p50", "p95"), [(0.02, 0.022), (0.02, 0.06)])
def test_the_queue_agrees_with_its_simulation(p50, p95):
    varied = capacity.variation(p50, p95)
    service = np.random.default_rng(3).lognormal(math.log(p50), capacity.spread(p50, p95), 60_000)
    rate = 0.8 * 4 / service.mean()
    simulated = capacity.simulated_waits(rate, service, 4, 5).mean()
    assert capacity.mean_wait(rate, service.mean(), 4, varied) == pytest.approx(simulated, rel=0.15)


def test_the_fewest_servers_are_just_enough():
    servers = capacity.servers_for(100, 0.04, 0.1)
    assert capacity.wait(100, 0.04, servers, 0.95) <= 0.1 < capacity.wait(100, 0.04, servers - 1, 0.95)


def test_the_slowest_of_many():
    assert capacity.slowest_of(1, 10, 20, 0.5) == pytest.approx(10)
    assert capacity.slowest_of(1, 10, 20, 0.95) == pytest.approx(20)
    simulated = capacity.simulated_slowest(100, 10, 20, 0.5, seed=2)
    assert capacity.slowest_of(100, 10, 20, 0.5) == pytest.approx(simulated, rel=0.03)


def test_the_parts_of_an_index(settings, embedder, articles_folder, tmp_path):
    with DocsStore.open(settings, embedder, write=True) as store:
        ingest(store, [articles_folder], settings)
        _, passages = store.counts()
    found = index_parts.measure(settings.index_path)
    assert (found["passages"], found["dimensions"]) == (passages, 64)
    current = settings.index_path / "current"
    whole = sum(f.stat().st_size for f in current.rglob("*") if f.is_file())
    assert 0 <= whole - sum(found["bytes"].values()) < 10_000 and all(found["bytes"].values())
    json.dumps(found)
