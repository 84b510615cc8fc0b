"""`guanchao check`: batch files, and the reports."""

import io
import json

import pytest
from docx import Document
from typer.testing import CliRunner

from rag.verification.documents import check_passages
from ui.cli import app
from ui.exports import check_report

PASSAGE = "近年来，如皋先后与上海交大、复旦大学、同济大学合作建设了5个“科创飞地”。"
TEXT = "情况如下：\n如皋建设了5个科创飞地[1]。\n如皋建设了9个科创飞地[1]。\n"


def test_a_batch_gives_one_claim_a_sentence_in_order(tmp_path):
    batch, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    batch.write_text(json.dumps({"id": "a", "text": TEXT, "passages": [PASSAGE]}) + "\n", encoding="utf-8")
    assert CliRunner().invoke(app, ["check", "--batch", str(batch), "--out", str(out)]).exit_code == 0
    (row,) = map(json.loads, out.read_text(encoding="utf-8").splitlines())
    assert row["id"] == "a" and [c["verdict"] for c in row["claims"]][:2] == ["no_claim", "supported"]
    assert row["claims"][2]["verdict"] in ("contradicted", "not_found") and row["claims"][2]["why"]
    (quote,) = row["claims"][1]["quotes"]
    assert quote["passage"] == 1 and PASSAGE[quote["start"] : quote["end"]] == quote["quote"]


@pytest.mark.parametrize("line", ["{", '{"id": 1}', '{"text": 3}', '{"text": "好。", "passages": "x"}'])
def test_a_bad_line_is_passed_over(tmp_path, line):
    batch, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    batch.write_text(line + "\n", encoding="utf-8")
    assert CliRunner().invoke(app, ["check", "--batch", str(batch), "--out", str(out)]).exit_code == 0
    assert out.read_text(encoding="utf-8") == ""


def test_the_word_report_holds_the_text_and_a_comment_for_each_claim():
    found = check_passages(TEXT, [PASSAGE])
    document = Document(io.BytesIO(check_report.word(TEXT, found)))
    assert [p.text for p in document.paragraphs] == TEXT.splitlines()
    assert len(list(document.comments)) == 2


def test_the_html_report_escapes_and_marks():
    text = "如皋建设了9个科创飞地<script>[1]。"
    page = check_report.html(check_passages(text, [PASSAGE]), "口径核对")
    assert "<script>" not in page and "9个</mark>" in page


def test_the_library_is_searched_for_each_sentence(qa):
    told = []
    found = qa.check(
        "盐城港新开通3条集装箱航线。盐城港新开通9条集装箱航线。",
        progress=lambda done, all: told.append((done, all)),
    )
    assert told == [(0, 2), (1, 2)]
    assert [item.verdict.supported for item in found] == [True, False]
    quote = found[0].to_dict()["quotes"][0]
    assert found[0].hits and "3条集装箱航线" in quote["quote"] and quote["article_id"]


@pytest.fixture
def command(qa, monkeypatch):
    """Runs `guanchao check` over the articles of `qa`."""
    from contextlib import nullcontext

    from ui import console

    monkeypatch.setattr(console, "open_assistant", lambda **_: nullcontext(qa))
    return lambda *words: CliRunner().invoke(app, ["check", *map(str, words)])


def test_a_text_is_laid_beside_an_older_file_of_it(command, tmp_path):
    old, new, out = tmp_path / "旧稿.txt", tmp_path / "新稿.txt", tmp_path / "核对.html"
    old.write_text("如皋建设了5个科创飞地。\n港口集团投资12亿元扩建码头。\n", encoding="utf-8")
    new.write_text("如皋建设了7个科创飞地。\n", encoding="utf-8")
    result = command(new, "--against", old, "--out", out, "--json")
    assert result.exit_code == 0
    told = json.loads(result.stdout)
    assert told["against"]["title"] == "旧稿" and told["claims"][0]["verdict"] == "contradicted"
    assert [left["quote"] for left in told["omitted"]] == ["港口集团投资12亿元扩建码头。"]
    page = out.read_text(encoding="utf-8")
    assert "《旧稿》有而本文没有" in page and "扩建码头" in page


def test_a_text_is_laid_beside_one_article(command, tmp_path):
    from python_calamine import CalamineWorkbook

    text, out = tmp_path / "稿.txt", tmp_path / "核对.xlsx"
    text.write_text("如皋建设了5个科创飞地。\n", encoding="utf-8")
    assert command(text, "--against", "飞地简报", "--out", out).exit_code == 0
    book = CalamineWorkbook.from_path(out)
    _, row = book.get_sheet_by_name("口径核对").to_python()
    assert row[1:3] == ["如皋建设了5个科创飞地。", "有依据"] and "飞地简报" in row[5]
    assert len(book.get_sheet_by_name("本文没有的").to_python()) > 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--against", "没有这份.docx"), "读不了"),
        (("--against", "没有这一篇"), "guanchao articles"),
        (("--against", "飞地简报", "--since", "2025-01-01"), "--against"),
    ],
)
def test_what_cannot_be_laid_beside_is_said_to_be_so(command, tmp_path, words, said):
    text = tmp_path / "稿.txt"
    text.write_text("如皋建设了5个科创飞地。\n", encoding="utf-8")
    result = command(text, *words)
    assert result.exit_code != 0
    assert said in f"{result.output}{result.stderr}{result.exception}".replace("\n", "")
