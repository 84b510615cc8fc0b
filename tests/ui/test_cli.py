"""The command line as a user meets it: exit codes, one-line errors, JSON alone on stdout."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def run(*arguments, folder=ROOT, **environment):
    return subprocess.run(
        [sys.executable, "-m", "ui.cli", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PYTHONPATH": str(ROOT)} | environment,
    )


@pytest.mark.parametrize(
    ("arguments", "environment", "code", "said"),
    [
        (["status"], {}, 3, "guanchao ingest"),
        (["ask", "问题"], {}, 3, "guanchao ingest"),
        (["ingest", "EMPTY"], {}, 1, "放入文章"),
        (["ingest", "nowhere"], {}, 1, "找不到"),
        (["--config", "nowhere.yaml", "status"], {}, 2, "--config"),
        (["status"], {"GUANCHAO_SERVE__PROT": "1"}, 2, "GUANCHAO_SERVE__PORT"),
        (["ask"], {}, 2, "--batch"),
        (["search", "x", "--since", "yesterday"], {}, 2, "2025-01-20"),
        (["ingest", "--prun"], {}, 2, "也许是 --prune"),
        (["edit", "a", "--published-on", "明天"], {}, 2, "2025-01-20"),
        (["edit", "a"], {}, 2, "没有写要更正什么"),
        (["edit", "a", "--undo", "字号"], {}, 2, "document_number"),
        (["edit", "a", "--title", "新"], {}, 3, "guanchao ingest"),
    ],
)
def test_bad_input_is_one_line_with_the_next_step(tmp_path, arguments, environment, code, said):
    (tmp_path / "empty").mkdir()
    arguments = [str(tmp_path / "empty") if a == "EMPTY" else a for a in arguments]
    done = run(*arguments, GUANCHAO_STORE__PATH=str(tmp_path / "index"), **environment)
    assert done.returncode == code, done.stderr
    assert said in done.stderr and "Traceback" not in done.stderr and done.stdout == ""


def test_the_version_is_shown():
    done = run("--version")
    assert done.returncode == 0 and done.stdout.startswith("guanchao ")


def test_a_taken_port_is_named_with_the_way_out(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = run("serve", "--port", port, GUANCHAO_STORE__PATH=str(tmp_path / "index"))
    assert done.returncode == 1 and port in done.stderr and "--port" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_missing_model_is_named_with_the_way_to_get_it(tmp_path):
    questions = tmp_path / "in.jsonl"
    questions.write_text(
        '{"id": 1, "question": "如皋有几个科创飞地？", "passages": ["如皋有5个科创飞地。"]}\n'
    )
    out = tmp_path / "out.jsonl"
    done = run("ask", "--batch", str(questions), "--out", str(out), XDG_CACHE_HOME=str(tmp_path / "cache"))
    answer = json.loads(out.read_text(encoding="utf-8"))
    assert done.returncode == 1 and "guanchao models fetch" in done.stderr and "Traceback" not in done.stderr
    assert answer["mode"] == "extractive" and "5个" in answer["answer"]  # the passages still serve


def test_an_endpoint_that_is_down_is_named(tmp_path):
    questions = tmp_path / "in.jsonl"
    questions.write_text(
        '{"id": 1, "question": "如皋有几个科创飞地？", "passages": ["如皋有5个科创飞地。"]}\n'
    )
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/v1"
    arguments = ("ask", "--batch", str(questions), "--out", str(tmp_path / "out.jsonl"))
    done = run(*arguments, GUANCHAO_LLM__BASE_URL=url, GUANCHAO_LLM__MODEL="m")
    assert done.returncode == 1 and url in done.stderr and "llm.base_url" in done.stderr


def test_models_list_is_json():
    done = run("models", "list", "--json")
    assert {row["name"] for row in json.loads(done.stdout)} >= {
        "guanchao-embed",
        "m3e-small",
        "qwen2.5-coder-1.5b",
    }


@pytest.mark.integration
def test_dates_and_folders_narrow_what_search_and_ask_find(tmp_path):
    for folder, day in (("a", "2023-01-05"), ("b", "2024-06-01")):
        (tmp_path / folder).mkdir()
        text = f"---\ntitle: 科创飞地简报{folder}\ndate: {day}\n---\n如皋市在上海建设了{day[3]}个科创飞地，入驻企业九十多家。\n"
        (tmp_path / folder / "brief.md").write_text(text, encoding="utf-8")
    index = {"GUANCHAO_STORE__PATH": str(tmp_path / "index")}
    assert run("ingest", str(tmp_path / "a"), str(tmp_path / "b"), **index).returncode == 0
    questions, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    questions.write_text('{"id": "q", "question": "如皋有几个科创飞地？", "other": 1}\n', encoding="utf-8")
    batch = ("search", "--batch", str(questions), "--out", str(out), "-k", "20")
    assert run(*batch, **index).returncode == 0
    row = json.loads(out.read_text(encoding="utf-8"))
    assert row.keys() == {"id", "hits", "ms"} and row["id"] == "q" and row["ms"] > 0
    assert {h["title"] for h in row["hits"]} == {"科创飞地简报a", "科创飞地简报b"}
    assert row["hits"][0].keys() == {"article_id", "passage_id", "score", "title", "text"}
    assert run(*batch, "--since", "2024-01-01", **index).returncode == 0
    assert {h["title"] for h in json.loads(out.read_text(encoding="utf-8"))["hits"]} == {"科创飞地简报b"}
    asked = ("ask", "如皋有几个科创飞地？", "--extractive", "--json")
    for narrow, expected in ((("--until", "2023-12-31"), "3个"), (("--source", str(tmp_path / "b")), "4个")):
        answer = json.loads(run(*asked, *narrow, **index).stdout)
        assert expected in answer["answer"], answer
        assert len(answer["citations"]) == 1


def test_a_correction_is_made_shown_and_undone(tmp_path):
    article = tmp_path / "a.txt"
    article.write_text("江海飞地简报\n\n全市建成科创飞地12个。\n", encoding="utf-8")
    here = {"GUANCHAO_STORE__PATH": str(tmp_path / "index")}
    assert run("ingest", str(article), **here).returncode == 0
    done = run("edit", str(article), "--issuer", "江海市科技局", "--tag", "飞地", "--json", **here)
    assert done.returncode == 0 and json.loads(done.stdout)[0]["corrected"] == {"issuer": None, "tags": []}
    (shown,) = json.loads(run("articles", "--json", **here).stdout)
    assert (shown["issuer"], shown["tags"]) == ("江海市科技局", ["飞地"])
    assert shown["corrected"] == {"issuer": None, "tags": []}
    found = run("search", "科创飞地", "--tag", "飞地", "--json", **here)
    assert [hit["article_id"] for hit in json.loads(found.stdout)] == [shown["id"]]
    assert "都以来源为准" in run("edit", shown["id"], "--undo", "all", **here).stdout


def test_ctrl_c_ends_with_a_word_and_its_exit_code(monkeypatch, capsys):
    from ui import cli, console

    def interrupted():
        raise KeyboardInterrupt

    monkeypatch.setattr(console, "settings", interrupted)
    monkeypatch.setattr(sys, "argv", ["guanchao", "articles"])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 130 and "已中断" in capsys.readouterr().err
