import math
import xml.etree.ElementTree as ET

import pytest

from ui import charts

SVG = "{http://www.w3.org/2000/svg}"


def parse(svg):
    return ET.fromstring(svg)


def test_a_bar_is_as_long_as_its_value_and_labels_are_escaped():
    root = parse(charts.bars("右 <b>", ["甲&乙", "丙"], {"我们": [0.5, 1.0]}, top=1))
    widths = [float(r.get("width")) for r in root.iter(f"{SVG}rect") if r.get("fill") == "#3366a8"]
    assert widths[1] == pytest.approx(2 * widths[0])
    texts = [t.text for t in root.iter(f"{SVG}text")]
    assert "甲&乙" in texts and "右 <b>" in texts


def test_a_missing_value_leaves_a_gap_and_an_interval_a_whisker():
    svg = charts.bars("t", ["a", "b"], {"x": [0.2, None]}, intervals={"x": [(0.1, 0.3), None]})
    root = parse(svg)
    assert len([r for r in root.iter(f"{SVG}rect") if r.get("fill") == "#3366a8"]) == 1
    assert len(list(root.iter(f"{SVG}path"))) == 1


def test_lines_on_logarithmic_axes_rise_to_the_right():
    root = parse(charts.lines("t", "articles", "s", {"a": [(1000, 1), (10_000, 10)]}, log_x=True, log_y=True))
    one, two = [(float(c.get("cx")), float(c.get("cy"))) for c in root.iter(f"{SVG}circle")]
    assert two[0] > one[0] and two[1] < one[1]


def test_nothing_outside_is_asked_for():
    svg = charts.lines("t", "x", "y", {"a": [(1, 1), (2, 2)]})
    assert "href" not in svg and "url(" not in svg


def test_the_slope_is_the_exponent():
    assert charts.slope([(x, 3 * x**0.5) for x in (10, 100, 1000)]) == pytest.approx(0.5)
    assert math.isclose(charts.slope([(1, 2), (2, 4)]), 1.0)
    with pytest.raises(ValueError, match="two points"):
        charts.slope([(1, 1)])
