"""The peers' table is fair: one sample, one scorer, one driver for all; held without network and without a model."""

import json
import sys
import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import httpx
import pytest

from benchmarks import results_page
from benchmarks.peers import __main__ as peers
from benchmarks.peers import messages, scoring
from benchmarks.peers.recorder import MOST_CALLS, LlamaServer, Recorder, Scripted
from benchmarks.peers.running import Kept, Running, ask_all
from benchmarks.peers.sample import LEFT_OUT, sample, stratum
from benchmarks.peers.systems import REQUIREMENTS, SETUPS, SYSTEMS, System, environment, versions
from benchmarks.public.scoring import rows

FACT = {
    "id": "f",
    "kind": "fact",
    "question": "2019年常住人口是多少？",
    "answerable": True,
    "must_contain": [["9600万"]],
    "articles": ["a"],
}
OPEN = {
    "id": "o",
    "kind": "list",
    "question": "有哪几市？",
    "answerable": True,
    "key_points": [[["重庆"]], [["成都"]]],
}
ABSENT = {"id": "n", "kind": "near_miss", "question": "2031年人口是多少？", "answerable": False}


def answer(text, read=("2019年常住人口9600万人。",), cited=None, refused=None):
    return {"text": text, "read": list(read), "cited": cited, "refused": refused}


# --- the scorer ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "spelling"),
    [
        ("常住人口为 9,600 万人。", "9600万"),
        ("常住人口9600萬人", "9600万"),
        ("The population was 96 million in 2019.", "9600万"),
        ("The bridge has a main span of 1,208 meters.", "1208米"),
        ("It opened on July 1, 2020.", "7月1日"),
        ("It opened on 1 July.", "7月1日"),
        ("It was approved in October 2021.", "2021年10月"),
        ("共有十六个城市", "16个城市"),
    ],
)
def test_a_fact_is_said_in_chinese_or_english(text, spelling):
    assert scoring.says(text, spelling)


@pytest.mark.parametrize(
    ("text", "spelling"),
    [
        ("The population was 69 million.", "9600万"),
        ("It opened on July 11, 2020.", "7月1日"),
        ("It opened on June 1.", "7月1日"),
        ("In October 2020.", "2021年10月"),
        ("There are 3 of them.", "3个"),
        ("The main span is 208 meters.", "1208米"),
    ],
)
def test_another_fact_is_not_the_same(text, spelling):
    assert not scoring.says(text, spelling)


@pytest.mark.parametrize(
    "text",
    [
        "I don't know.",
        "The context does not contain information about 2031.",
        "文中没有提到2031年的人口。",
        "根据提供的资料，无法确定这个数字。",
        "抱歉，未提及。",
    ],
)
def test_a_refusal_in_words_is_one(text):
    assert scoring.score(ABSENT, answer(text))["value"] == 1
    assert scoring.score(FACT, answer(text))["refused"]


def test_words_of_doubt_beside_the_right_fact_are_no_refusal():
    scored = scoring.score(FACT, answer("2019年是9600万人，资料没有提到2020年。"))
    assert scored["value"] == 1 and not scored["refused"]


def test_a_near_miss_that_is_answered_counts_nothing():
    scored = scoring.score(ABSENT, answer("2031年人口是9600万。"))
    assert scored["value"] == 0 and not scored["refused"]


def test_an_empty_answer_is_no_honest_no():
    for row in (FACT, ABSENT):
        scored = scoring.score(row, answer(""))
        assert scored["failed"] and scored["value"] == 0
    assert scoring.score(ABSENT, answer("", refused=True))["value"] == 1


def test_key_points_are_counted_one_by_one():
    assert scoring.score(OPEN, answer("有重庆。"))["value"] == 0.5
    assert scoring.score(OPEN, answer("重庆、成都两地。"))["value"] == 1


def test_numbers_that_nobody_read_are_unsupported_and_those_of_the_question_are_not():
    scored = scoring.score(FACT, answer("2019年常住人口9600万人，比上年增长3.7%。"))
    assert scored["numbers"] == ["3.7%"]


def test_a_sentence_is_held_by_the_quotes_that_it_names():
    quotes = [
        {"source": "a", "quote": "2019年常住人口9600万人。", "marker": 1},
        {"source": "b", "quote": "共有44个城市。", "marker": 2},
    ]
    scored = scoring.score(FACT, answer("2019年常住人口9600万人。[1] 共有44个城市。[1]", cited=quotes))
    assert (scored["held"], scored["sentences"], scored["right_article"]) == (1, 2, True)


def test_quotes_without_markers_stand_for_every_sentence():
    quotes = [{"source": "b", "quote": "2019年常住人口9600万人，共有44个城市。"}]
    scored = scoring.score(FACT, answer("常住人口9600万人。共有44个城市。", cited=quotes))
    assert (scored["held"], scored["sentences"], scored["right_article"]) == (2, 2, False)


def test_what_heads_a_list_claims_nothing():
    assert scoring.sentences("《通告要点》（2019年12月27日）：\n- 共44个城市[1]\n## 二\n- 1") == [
        "- 共44个城市[1]"
    ]


def test_a_system_without_citations_has_none_to_hold():
    scored = [scoring.score(FACT, answer("9600万"))]
    found = scoring.figures(scored, [{"first_content_s": 1.0, "total_s": 2.0, "memory_mb": 9}], [])
    assert found["right"] == 1 and found["sentences_held"] is None and found["right_article"] is None


def test_evidence_is_counted_in_what_was_given():
    asked = [{**FACT, "evidence": ["常住人口9600万人。", "共44市。"]}, ABSENT]
    found = scoring.given(asked, [["2019年常住人口9600 万人。"], []])
    assert (found["questions"], found["evidence"], found["all_evidence"]) == (1, 0.5, 0)


# --- the sample ---------------------------------------------------------------------------------------------------------


def test_every_beginning_of_the_sample_has_facts_open_questions_and_near_misses():
    whole = sample(rows("questions", "dev"))
    assert len({row["id"] for row in whole}) == len(whole) > 90
    for count in (4, 8, 12, 20, 28):
        own = Counter(stratum(row) for row in whole[:count])
        assert own == {"fact": count // 2, "open": count // 4, "near miss": count // 4}
    assert sample(rows("questions", "dev")) == whole
    assert not {row["kind"] for row in whole} & LEFT_OUT
    assert {row["split"] for row in whole} == {"dev"}


def test_a_stratum_that_is_spent_is_passed_over():
    strata = [stratum(row) for row in sample([FACT, OPEN, {**FACT, "id": "g"}, {**FACT, "id": "h"}])]
    assert strata == ["fact", "open", "fact", "fact"]
    assert [row["id"] for row in sample([OPEN])] == ["o"]


# --- the driver ---------------------------------------------------------------------------------------------------------

SCRIPT = """
import sys, time
sys.path.insert(0, {setups!r})
from protocol import reply, serve

def build(given):
    print("noise of a library")
    def ask(question, history, first):
        if question == "raise":
            raise ValueError("broken")
        if question == "end":
            sys.exit(3)
        if question == "wait":
            time.sleep(60)
        first()
        if question == "work":
            until = time.process_time() + 0.2
            while time.process_time() < until:
                pass
        return reply(given["word"] + question, read=["r"], cited=None)
    return ask

serve(build)
"""


@pytest.fixture
def scripted(tmp_path):
    script = tmp_path / "peer.py"
    script.write_text(SCRIPT.format(setups=str(SETUPS)), encoding="utf-8")
    with (tmp_path / "log").open("ab") as log:
        running = Running({"word": "答："}, [sys.executable, str(script)], {}, log)
        yield running
        running.stop()


def test_a_peer_answers_and_what_it_raises_is_its_answer(scripted):
    found = scripted.ask("问", [])
    assert found["text"] == "答：问" and found["total_s"] >= found["first_content_s"] >= 0
    assert found["memory_mb"] > 0 and scripted.started["ready"]
    assert found["processor_s"] >= found["first_processor_s"] >= 0
    assert scripted.ask("raise", [])["error"] == "ValueError: broken"
    assert scripted.ask("再问", [])["text"] == "答：再问"


def test_processor_time_is_that_of_the_peer(scripted):
    found = scripted.ask("work", [])
    assert found["processor_s"] - found["first_processor_s"] >= 0.15
    assert scripted.ask("问", [])["processor_s"] < found["processor_s"]


def test_a_peer_that_ends_or_never_answers_is_started_anew(scripted):
    assert scripted.ask("end", [])["error"] == "the process ended"
    assert scripted.ask("wait", [], limit_s=0.5)["error"] == "no answer in 0.5 s"
    assert scripted.ask("问", [])["text"] == "答：问"


class Named:
    def __init__(self, name, asked):
        self.name, self.asked, self.started = name, asked, {"seconds": 1.0}

    def ask(self, question, history):
        self.asked.append((self.name, question))
        return answer(f"{self.name} {question}") | {"total_s": 0.1}


class Metered:
    def begin(self, name):
        self.name = name

    def spent(self, name):
        return {"calls": 1}, [f"{self.name} read"]


def test_a_run_goes_on_where_it_stopped_and_changes_the_order(tmp_path):
    systems = [System("x", "X", "x", slot=0), System("y", "Y", "y", slot=0)]
    asked = []
    asking = {s.name: Named(s.name, asked) for s in systems}
    path = tmp_path / "answers.jsonl"
    some = [{"id": str(n), "question": str(n)} for n in range(3)]
    ask_all(some[:2], systems, asking, Kept(path), Metered())
    assert asked == [("x", "0"), ("y", "0"), ("y", "1"), ("x", "1")]
    kept = Kept(path)
    ask_all(some, systems, asking, kept, Metered())
    assert asked[4:] == [("x", "2"), ("y", "2")]
    assert len(kept.records) == 6
    assert kept.records["y", "2"]["counts"] == {"calls": 1} and kept.records["y", "2"]["read"] == ["y read"]


def test_no_question_begins_after_the_time_is_up(tmp_path):
    asked = []
    system = System("x", "X", "x", slot=0)
    kept = Kept(tmp_path / "answers.jsonl")
    ask_all([FACT], [system], {"x": Named("x", asked)}, kept, Metered(), until=0.0)
    assert not asked


# --- the recorder -----------------------------------------------------------------------------------------------------------


class Model(BaseHTTPRequestHandler):
    seen: ClassVar[list] = []

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        Model.seen.append(body)
        message = {"choices": [{"message": {"content": "好"}}], "timings": {"prompt_n": 7, "predicted_n": 2}}
        text = json.dumps(message)
        if body.get("stream"):
            text = f"data: {text}\n\ndata: [DONE]\n\n"
        self.send_response(200)
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *args):
        pass


@pytest.fixture
def recorder():
    model = ThreadingHTTPServer(("127.0.0.1", 0), Model)
    threading.Thread(target=model.serve_forever, daemon=True).start()
    Model.seen = []
    own = Recorder(
        LlamaServer(f"http://127.0.0.1:{model.server_port}"),
        lambda texts: [[1.0, 0.5]] * len(texts),
        {"x": 3},
    )
    own.wait()
    yield own
    own.close()
    model.shutdown()
    model.server_close()


def test_the_recorder_gives_a_peer_its_slot_and_a_limit_and_counts(recorder):
    with httpx.Client(trust_env=False) as client:
        for stream in (False, True):
            body = {"messages": [{"role": "user", "content": "问"}, {"role": "assistant"}], "stream": stream}
            reply = client.post(f"{recorder.address('x')}/chat/completions", json=body)
            assert "好" in reply.text or "\\u597d" in reply.text
        vectors = client.post(f"{recorder.address('x')}/embeddings", json={"input": ["一", "二"]}).json()
    assert [(b["id_slot"], b["max_tokens"]) for b in Model.seen] == [(3, messages.MOST_TOKENS)] * 2
    assert recorder.spent("x") == ({"calls": 2, "read": 14, "written": 4}, ["问"])
    recorder.begin("x")
    with httpx.Client(trust_env=False) as client:
        body = {"messages": []}
        codes = [
            client.post(f"{recorder.address('x')}/chat/completions", json=body).status_code
            for _ in range(MOST_CALLS + 1)
        ]
    assert codes == [200] * MOST_CALLS + [400]
    recorder.begin("x")
    assert recorder.spent("x") == ({"calls": 0, "read": 0, "written": 0}, [])
    assert recorder.spent("ours") == ({}, [])
    assert [d["embedding"] for d in vectors["data"]] == [[1.0, 0.5]] * 2


def test_an_own_limit_is_left_and_base64_is_answered_in_base64():
    assert messages.limited({"max_completion_tokens": 9}) == {"max_completion_tokens": 9}
    assert messages.embedded([[1.0]], "m", "base64")["data"][0]["embedding"] == "AACAPw=="


TOOLS = [{"type": "function", "function": {"name": "search", "parameters": {}}}]


def test_a_tool_call_written_as_text_is_the_call_that_was_meant():
    text = '```json\n{"name": "search", "arguments": {"query": "人口"}}\n```'
    written = json.dumps({"choices": [{"message": {"content": text}, "finish_reason": "stop"}]}).encode()
    choice = json.loads(messages.with_tool_calls(written, {"tools": TOOLS}))["choices"][0]
    call = choice["message"]["tool_calls"][0]["function"]
    assert choice["finish_reason"] == "tool_calls" and call["name"] == "search"
    assert json.loads(call["arguments"]) == {"query": "人口"}
    assert messages.with_tool_calls(written, {}) == written
    prose = json.dumps({"choices": [{"message": {"content": "人口9600万"}}]}).encode()
    assert json.loads(messages.with_tool_calls(prose, {"tools": TOOLS})) == json.loads(prose)


async def test_nobodys_model_searches_once_and_then_ends():
    asked = [{"role": "system", "content": "x"}, {"role": "user", "content": "人口？"}]
    first = json.loads((await Scripted().whole({"messages": asked, "tools": TOOLS}))[1])
    call = first["choices"][0]["message"]["tool_calls"][0]
    assert json.loads(call["function"]["arguments"]) == {"query": "人口？"}
    found = [*asked, first["choices"][0]["message"], {"role": "tool", "content": "9600万"}]
    last = json.loads((await Scripted().whole({"messages": found, "tools": TOOLS}))[1])
    assert last["choices"][0]["message"]["content"] == "完"
    assert messages.given_texts(found) == ["x", "人口？", "9600万"]


# --- the tables ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def answered(tmp_path):
    """Answers of every system to four questions: the peers say a wrong number, 观潮 the right one with its quote."""
    asked = sample(rows("questions", "dev"))[:4]
    kept = Kept(tmp_path / "answers.jsonl")
    for system in SYSTEMS:
        for row in asked:
            right = "".join(spellings[0] for spellings in row.get("must_contain", ())) or "没有提到。"
            quote = {"source": row.get("articles", ["a"])[0], "quote": right, "marker": 1}
            own = answer(right + "[1]", cited=[quote]) if system.ours else answer("共9876人。")
            spent = {"total_s": 2.0, "first_content_s": 1.0, "processor_s": 3.0, "first_processor_s": 2.0}
            counts = {} if system.ours else {"calls": 1, "read": 500, "written": 9}
            told = {"system": system.name, "id": row["id"], "counts": counts, "memory_mb": 100}
            kept.add(told | own | spent)
    return asked, kept


def test_the_tables_tell_every_system_by_the_same_figures(answered):
    asked, kept = answered
    answers = peers.table(asked, kept)
    given = peers.passages(asked, kept)
    assert set(answers["systems"]) == {system.name for system in SYSTEMS}
    assert len({frozenset(own) for own in answers["systems"].values()}) == 1
    ours, theirs = answers["systems"]["quoting"], answers["systems"]["langchain"]
    assert (ours["right"], ours["facts"], ours["refused_rightly"]) == (2, 2, 1)
    assert (theirs["right"], theirs["numbers_unsupported"], theirs["calls"]) == (0, 4, 1)
    assert ours["calls"] is None and theirs["sentences_held"] is None
    kept_figures = {
        "articles": 91,
        "model": "m",
        "embedding": "e",
        "date": "2026-11-29",
        "passages": given,
        "answers": answers,
    }
    page = results_page.beside_others(kept_figures)
    assert page.count("| 观潮, quoting |") == 2 and "| Facts right | 2 / 2 | 2 / 2 | 0 / 2 |" in page
    assert "2 × fact, 1 × open, 1 × near miss" in page


# --- what is written down -----------------------------------------------------------------------------------------------


def test_every_peer_is_pinned_and_silent():
    for system in SYSTEMS:
        assert (SETUPS / f"{system.setup}.py").is_file()
        assert environment(system)["HF_HUB_OFFLINE"] == "1"
        if not system.ours:
            pinned = (REQUIREMENTS / f"{system.name}.txt").read_text(encoding="utf-8").split()
            assert all("==" in line for line in pinned)
            assert all(versions(system).values())
