"""Calibration is counted rightly, and what docs show is what was measured."""

import json

import pytest

from benchmarks import calibration, results_file


def test_a_score_that_keeps_its_word_has_no_error():
    scored = [(0.25, n == 0) for n in range(4)] + [(0.75, n != 0) for n in range(4)]
    found = calibration.described(scored)
    assert found["ece"] == 0 and found["rate"] == 0.5 and found["brier"] == pytest.approx(0.188)
    assert [(b["from"], b["rows"], b["said"], b["found"]) for b in found["bins"]] == [
        (0.2, 4, 0.25, 0.25),
        (0.7, 4, 0.75, 0.75),
    ]


def test_a_score_that_boasts_has_the_distance_as_its_error():
    found = calibration.described([(0.95, True), (0.95, False)])
    assert found["ece"] == pytest.approx(0.45) and found["brier"] > found["brier_of_rate"]


def test_evidence_is_found_whatever_its_width_and_spaces():
    assert calibration.holds(["前文。主跨 １２０８ 米，后文。"], ["主跨1208米，"])
    assert not calibration.holds(["主跨1208米"], ["主跨1176米"])
    assert not calibration.holds(["主跨1208米"], [])


def test_the_drawings_are_those_of_the_results():
    kept = json.loads((results_file.FOLDER / "calibration.json").read_text(encoding="utf-8"))
    for name, drawing in calibration.figures(kept["scores"]).items():
        assert (calibration.IMAGES / name).read_text(encoding="utf-8") == drawing
