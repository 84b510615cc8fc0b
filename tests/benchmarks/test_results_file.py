import json

from benchmarks import results_file


def test_a_results_file_names_its_conditions_and_leaves_no_half_written_file(tmp_path):
    path = results_file.save(
        "x", {"rows": [{"hit@1": 0.5}]}, {"x": "<svg/>"}, folder=tmp_path, packages=["chromadb"]
    )
    found = json.loads(path.read_text(encoding="utf-8"))
    assert found["rows"] == [{"hit@1": 0.5}]
    assert {"date", "commit", "machine", "versions", "command"} <= found.keys()
    assert set(found["versions"]) == {"python", "chromadb"}
    assert sorted(p.name for p in tmp_path.iterdir()) == ["x.json", "x.svg"]


def test_a_table_holds_every_column_and_a_dash_for_what_is_missing():
    lines = results_file.table([{"system": "ours", "hit": 0.5}, {"system": "bm25", "p50": 12}]).splitlines()
    assert lines[0].split() == ["system", "hit", "p50"]
    assert lines[1].split() == ["ours", "0.5", "–"] and lines[2].split() == ["bm25", "–", "12"]
