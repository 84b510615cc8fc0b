"""`guanchao eval` as its user meets it: reports, resuming, comparing, floors, drafting."""

import csv
import json
from html.parser import HTMLParser

import pytest
from typer.testing import CliRunner

from docs_store.errors import GuanchaoError
from docs_store.store import DocsStore
from ingest import ingest
from rag import PolicyQA
from ui.cli import app
from ui.evaluation import page

ROWS = [
    {
        "id": "1",
        "question": "如皋建设了几个科创飞地？",
        "answerable": True,
        "must_contain": [["5个"]],
        "evidence": ["合作建设了5个“科创飞地”"],
    },
    {"id": "2", "question": "京沪高铁的票价是多少？", "answerable": False},
    {
        "id": "3",
        "question": "盐城港新开通几条集装箱航线？",
        "answerable": True,
        "must_contain": [["4条"]],
        "evidence": ["盐城港新开通3条集装箱航线"],
    },
]


@pytest.fixture
def command(settings, embedder, articles_folder, monkeypatch, tmp_path):
    """Runs `guanchao eval` over the three small articles, quoting alone."""
    with DocsStore.open(settings, embedder, write=True) as store:
        ingest(store, [articles_folder], settings)
    asked = []

    def opened(*_, settings=settings, **__):
        assistant = PolicyQA(settings, DocsStore.open(settings, embedder), None, extractive=True)
        plain = assistant.ask

        def ask(question, history=()):
            asked.append(question)
            return plain(question, history)

        assistant.ask = ask
        return assistant

    monkeypatch.setattr(PolicyQA, "open", opened)
    questions = tmp_path / "q.jsonl"
    questions.write_text("".join(json.dumps(row) + "\n" for row in ROWS), encoding="utf-8")

    def run(*arguments, source=questions):
        return CliRunner().invoke(app, ["eval", *([str(source)] if source else []), *map(str, arguments)])

    run.asked = asked
    run.questions = questions
    return run


def test_the_line_and_the_json_hold_the_counts(command):
    done = command("--extractive")
    assert done.exit_code == 0, done.output
    assert "答对 1/2" in done.stdout and "应拒而拒 1/1" in done.stdout and "✗ 3" in done.stdout
    found = json.loads(command("--extractive", "--json").stdout)
    assert {k: found[k] for k in ("answerable", "right", "cited", "unanswerable", "refused")} == {
        "answerable": 2,
        "right": 1,
        "cited": 1,
        "unanswerable": 1,
        "refused": 1,
    }
    assert found["run"]["mode"] == "extractive" and found["run"]["articles"] == 3
    assert found["figures"]["hit@1"]["n"] == 2


class Page(HTMLParser):
    def __init__(self):
        super().__init__()
        self.asked_for, self.questions, self.marked = [], 0, []
        self._in_mark = False

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        self.asked_for += [v for k, v in attrs if k in ("src", "href") or (k == "action")]
        self.questions += tag == "details" and "q" in (values.get("class") or "").split()
        self._in_mark = tag == "mark"

    def handle_data(self, data):
        if self._in_mark:
            self.marked.append(data)
            self._in_mark = False


def test_a_report_stands_alone_and_shows_every_question(command, tmp_path):
    folder = tmp_path / "报告"
    assert command("--extractive", "--report", folder).exit_code == 0
    html = (folder / "report.html").read_text(encoding="utf-8")
    read = Page()
    read.feed(html)
    assert read.asked_for == [] and "@import" not in html and "url(" not in html
    assert read.questions == 3 and any("5个" in quote for quote in read.marked)
    assert "default-src 'none'" in html and "<svg" in html
    assert json.loads((folder / "report.json").read_text(encoding="utf-8"))["right"] == 1
    with (folder / "rows.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert [row[0] for row in rows[1:]] == ["1", "2", "3"]
    assert [row[4] for row in rows[1:]] == ["答对", "应拒而拒", "答错"]


def test_an_open_question_shows_how_many_of_its_points_are_stated(command, tmp_path):
    points = [[["5个"]], [["六个亿"]]]
    row = {"id": "9", "question": "如皋建设了几个科创飞地？", "answerable": True, "key_points": points}
    command.questions.write_text(json.dumps(row), encoding="utf-8")
    done = command("--extractive", "--report", tmp_path / "r")
    assert "开放题 1 道：要点覆盖率 0.500" in done.stdout and "50% 9" in done.stdout
    html = (tmp_path / "r" / "report.html").read_text(encoding="utf-8")
    assert "✓ 5个" in html and "✗ 六个亿" in html and "要点 50%" in html
    command.asked.clear()
    command("--extractive", "--report", tmp_path / "r", "--resume")
    assert command.asked == []
    command.questions.write_text(json.dumps(row | {"key_points": points[:1]}), encoding="utf-8")
    command("--extractive", "--report", tmp_path / "r", "--resume")
    assert command.asked == [row["question"]]


def test_a_key_point_without_spellings_is_named(command):
    row = {"id": "9", "question": "怎样？", "answerable": True, "key_points": [[[]]]}
    command.questions.write_text(json.dumps(row), encoding="utf-8")
    assert "第 1 行不合格式（key_points" in str(command("--extractive").exception)


def test_what_articles_and_questions_say_cannot_become_markup(command, tmp_path):
    evil = "<script>alert(1)</script>如皋建设了几个科创飞地？"
    command.questions.write_text(
        json.dumps({"id": "<b>", "question": evil, "answerable": True, "must_contain": [["<i>"]]}),
        encoding="utf-8",
    )
    command("--extractive", "--report", tmp_path / "r")
    html = (tmp_path / "r" / "report.html").read_text(encoding="utf-8")
    assert "<script>alert" not in html and "&lt;script&gt;alert" in html and "<b></b>" not in html
    assert html.count("<script>") == 1


def test_a_stopped_run_goes_on_where_it_was(command, tmp_path):
    folder = tmp_path / "r"
    command("--extractive", "--report", folder)
    lines = (folder / "rows.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    (folder / "rows.jsonl").write_text("".join(lines[:2]) + lines[2][:30], encoding="utf-8")
    command.asked.clear()
    done = command("--extractive", "--report", folder, "--resume")
    assert done.exit_code == 0 and command.asked == [ROWS[2]["question"]]
    assert len((folder / "rows.jsonl").read_text(encoding="utf-8").splitlines()) == 3
    changed = [dict(ROWS[0], must_contain=[["6个"]]), *ROWS[1:]]
    command.questions.write_text("".join(json.dumps(row) + "\n" for row in changed), encoding="utf-8")
    command.asked.clear()
    command("--extractive", "--report", folder, "--resume")
    assert command.asked == [ROWS[0]["question"]]  # its expected facts were corrected


def test_a_run_of_other_conditions_is_not_gone_on_with(command, tmp_path):
    command("--extractive", "--report", tmp_path / "r")
    done = command("--retrieval-only", "--report", tmp_path / "r", "--resume")
    assert isinstance(done.exception, GuanchaoError) and "--resume" in str(done.exception)


def test_two_runs_are_compared_question_by_question(command, tmp_path):
    command("--extractive", "--report", tmp_path / "before")
    report = json.loads((tmp_path / "before" / "report.json").read_text(encoding="utf-8"))
    row = next(r for r in report["rows"] if r["id"] == "1")
    row.update(outcome="refused_wrongly", right=False, cited=False)
    (tmp_path / "before" / "report.json").write_text(json.dumps(report), encoding="utf-8")
    done = command("--extractive", "--report", tmp_path / "after", "--compare", tmp_path / "before")
    assert done.exit_code == 0, done.output
    assert "变好 1，变差 0" in done.stdout and "↑ 1" in done.stdout
    found = json.loads((tmp_path / "after" / "comparison.json").read_text(encoding="utf-8"))
    assert found["figures"]["right"]["difference"]["value"] == 0.5
    assert "比较" in (tmp_path / "after" / "report.html").read_text(encoding="utf-8")
    command.asked.clear()
    again = command("--compare", tmp_path / "before", source=tmp_path / "after")
    assert again.exit_code == 0 and "变好 1" in again.stdout and command.asked == []


def test_two_configurations_are_run_and_compared(command, tmp_path):
    other = tmp_path / "other.yaml"
    other.write_text("answer:\n  min_evidence: 1.0\n", encoding="utf-8")
    done = command("--extractive", "--report", tmp_path / "r", "--against", other)
    assert done.exit_code == 0, done.output
    assert "变好 1，变差 0" in done.stdout  # the other one refuses everything
    assert (tmp_path / "r" / "against" / "report.html").exists()


def test_a_figure_below_its_floor_fails(command, tmp_path):
    floors = tmp_path / "floors.json"
    floors.write_text('{"right": 0.5, "refused_rightly": 1.0}', encoding="utf-8")
    assert command("--extractive", "--floors", floors).exit_code == 0
    floors.write_text('{"right": 0.6, "ndcg@10": 0.1}', encoding="utf-8")
    done = command("--extractive", "--floors", floors)
    assert isinstance(done.exception, GuanchaoError)
    assert "right 0.500 < 0.600" in str(done.exception) and "ndcg@10" in str(done.exception)
    floors.write_text('{"rihgt": 0.6}', encoding="utf-8")
    assert "rihgt" in str(command("--floors", floors).exception)


def test_drafted_questions_run_as_they_are(command, settings, embedder, monkeypatch, tmp_path):
    plain = DocsStore.open
    monkeypatch.setattr(DocsStore, "open", lambda s, e=None, **more: plain(s, e or embedder, **more))
    out = tmp_path / "draft.csv"
    done = command("--make-questions", 6, "--out", out, "--json", source=None)
    assert done.exit_code == 0, done.output
    counts = json.loads(done.stdout)
    assert counts["answerable"] >= 1
    done = command("--extractive", "--json", source=out)
    assert done.exit_code == 0
    assert json.loads(done.stdout)["answerable"] == counts["answerable"]


@pytest.mark.parametrize(
    "arguments",
    [[], ["--make-questions", "5"], ["q.jsonl", "--resume"], ["q.jsonl", "--compare", "a", "--against", "b"]],
)
def test_wrong_usage_is_told(arguments):
    done = CliRunner().invoke(app, ["eval", *arguments])
    assert done.exit_code == 2


def test_gold_articles_that_are_not_indexed_are_told(command):
    row = {"id": "g", "question": "如皋建设了几个科创飞地？", "gold_article_ids": ["nowhere"]}
    command.questions.write_text(json.dumps(row), encoding="utf-8")
    done = command("--retrieval-only")
    assert "1 篇不在索引里" in done.stderr and "hit@1 0.000" in done.stdout


def test_a_page_without_answers_or_comparison_is_whole():
    empty = {"figures": {}, "slices": {}, "timings_ms": {}, "rows": [], "run": {}}
    assert page.report_html(empty).endswith("</html>\n")


CLAIMS = [
    {
        "id": "c1",
        "text": "如皋合作建设了5个科创飞地。[1]",
        "passages": ["近年来，如皋先后与三所高校合作建设了5个科创飞地。"],
        "verdict": "supported",
        "kind": "reworded",
    },
    {
        "id": "c2",
        "text": "如皋合作建设了9个科创飞地。[1]",
        "passages": ["近年来，如皋先后与三所高校合作建设了5个科创飞地。"],
        "verdict": "contradicted",
        "kind": "number",
    },
]


@pytest.fixture
def claims_file(tmp_path):
    def written(*rows):
        path = tmp_path / "claims.jsonl"
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        return path

    return written


def test_claims_are_kept_or_caught_by_kind(command, claims_file, tmp_path):
    file = claims_file(*CLAIMS)
    done = command("--report", tmp_path / "r", source=file)
    assert done.exit_code == 0, done.output
    assert "对的句子保留 1.000" in done.stdout and "识破 1.000" in done.stdout and "number 1/1" in done.stdout
    found = json.loads(command("--json", source=file).stdout)
    assert [row["found"] for row in found["rows"]] == ["supported", "contradicted"]
    assert json.loads((tmp_path / "r" / "report.json").read_text(encoding="utf-8"))["rows"] == found["rows"]
    assert command.asked == []


def test_two_runs_over_claims_are_compared(command, claims_file, tmp_path):
    command("--report", tmp_path / "r", source=claims_file(*CLAIMS))
    report = json.loads((tmp_path / "r" / "report.json").read_text(encoding="utf-8"))
    report["rows"][1]["found"] = "supported"  # the earlier run was taken in by it
    (tmp_path / "r" / "report.json").write_text(json.dumps(report), encoding="utf-8")
    done = command("--compare", tmp_path / "r", source=claims_file(*CLAIMS))
    assert "变好 1，变差 0" in done.stdout and "↑ c2" in done.stdout
    other = claims_file(dict(CLAIMS[0], id="c9"))
    assert "没有相同的句子" in str(command("--compare", tmp_path / "r", source=other).exception)
    assert "不是句子的检验报告" in str(command("--compare", tmp_path / "none", source=other).exception)


def test_a_claim_that_is_none_is_named_and_floors_hold(command, claims_file, tmp_path):
    broken = claims_file(CLAIMS[0], dict(CLAIMS[1], verdict="maybe"))
    assert "第 2 行不合格式（verdict）" in str(command(source=broken).exception)
    floors = tmp_path / "floors.json"
    floors.write_text('{"caught": 1.0, "kept": 1.0}', encoding="utf-8")
    assert command("--floors", floors, source=claims_file(*CLAIMS)).exit_code == 0
    kept = claims_file(CLAIMS[0], dict(CLAIMS[1], verdict="supported"))
    assert "kept 0.500 < 1.000" in str(command("--floors", floors, source=kept).exception)
