"""docs/results.md says what the committed results say, and which of them anyone can measure."""

import json

from benchmarks import results_page


def test_the_page_holds_the_results():
    shown = results_page.PAGE.read_text(encoding="utf-8")
    assert shown == results_page.page(), "run `python -m benchmarks.results_page`"
    public = json.loads((results_page.RESULTS / "public.json").read_text(encoding="utf-8"))
    chart = (results_page.RESULTS / "public.svg").read_text(encoding="utf-8")
    assert chart == results_page.chart(public)


def test_public_figures_come_first_and_every_row_says_which_it_is():
    rows = [line for line in results_page.page().splitlines() if line.startswith(("| public", "| private"))]
    kinds = [row.split("|")[1].strip() for row in rows]
    assert kinds == sorted(kinds, reverse=True) and {"public", "private"} == set(kinds)


def test_a_release_keeps_its_figures_once(tmp_path):
    source = results_page.RESULTS / "public.json"
    (tmp_path / "public.json").write_text(source.read_text(encoding="utf-8"), encoding="utf-8")
    assert "first line will stand here" in results_page.page(tmp_path)
    for release in ("0.2", "0.3", "0.3"):
        results_page.keep(release, tmp_path)
    history = results_page.page(tmp_path).split("## History")[1]
    assert history.count("| 0.2 | dev |") == history.count("| 0.3 | dev |") == 1
