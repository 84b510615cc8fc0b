"""Both READMEs say what the committed results say."""

import json

import pytest

from benchmarks import command_line, headline


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_a_readme_holds_the_figures_of_the_results(name):
    text = (command_line.ROOT / name).read_text(encoding="utf-8")
    assert headline.table(name) in text, "run `python -m benchmarks.headline`"


def test_a_result_that_is_not_there_leaves_its_row_out(tmp_path, monkeypatch):
    monkeypatch.setattr(headline, "_RESULTS", tmp_path)
    own = {"en": "Right answers", "zh": "答对", "value": "96%"}
    results = {"command": "python -m benchmarks.answers", "headline": [own]}
    (tmp_path / "answers.json").write_text(json.dumps(results), encoding="utf-8")
    assert headline.table("README.md").splitlines()[2:] == [
        "| Right answers | 96% | `python -m benchmarks.answers` |"
    ]
    assert "| 答对 | 96% |" in headline.table("README.zh-CN.md")
