"""The public set holds together, and a small part of it holds its floors."""

import hashlib
import json
from collections import Counter

import pytest

from benchmarks.public import make_files, scoring
from benchmarks.public.__main__ import in_turn, library
from benchmarks.public.articles import ARTICLES, FOLDER, every
from rag import PolicyQA

TEXTS = {path.stem: path.read_text(encoding="utf-8") for path in ARTICLES.glob("*.md")}
MANIFEST = [
    line.split("\t") for line in (FOLDER / "manifest.tsv").read_text(encoding="utf-8").splitlines()[1:]
]
FAMILY = {row[0]: row[2] for row in MANIFEST}
FLOORS = json.loads((FOLDER / "floors.json").read_text(encoding="utf-8"))
CHEAP = frozenset(make_files.LAYOUTS) - {"picture", "picture, JPEG", "RTF", "OpenDocument"}


def every_row(name):
    return [json.loads(line) for line in (FOLDER / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


QUESTIONS, CLAIMS = every_row("questions"), every_row("claims")


def half(key):
    number = int(hashlib.sha256(f"guanchao-public:{key}".encode()).hexdigest(), 16)
    return "test" if number % 2 else "dev"


def test_every_article_stands_in_the_manifest_with_its_source_and_day():
    assert {row[0] for row in MANIFEST} == set(TEXTS) and len(TEXTS) >= 60
    for name, kind, family, day, source in MANIFEST:
        assert kind and family and len(source) > 10 and f"date: {day}\n" in TEXTS[name]
    for source in every():
        assert 350 <= len(source.body) <= 1500, source.id


def test_ids_are_their_own():
    for rows in (QUESTIONS, CLAIMS):
        assert len({row["id"] for row in rows}) == len(rows)
    assert len({row["question"] for row in QUESTIONS}) == len(QUESTIONS)


@pytest.mark.parametrize("row", QUESTIONS, ids=lambda row: row["id"])
def test_a_question_rests_on_its_articles(row):
    texts = [TEXTS[name] for name in row.get("articles", ())]
    evidence = row.get("evidence", [])
    assert all(any(piece in text for text in texts) for piece in evidence)
    points = [group for point in row.get("key_points", ()) for group in point]
    groups = [*row.get("must_contain", ()), *points]
    held = "\n".join(texts if row["kind"] in ("about_article", "library") else evidence)
    assert all(any(spelling in held for spelling in group) for group in groups)
    plain = row["kind"] in ("smalltalk", "library", "near_miss")
    assert bool(evidence) or plain or row["kind"] == "about_article"
    assert bool(groups) or plain
    assert row["answerable"] == (row["kind"] != "near_miss")
    assert row["kind"] != "followup" or row["history"]


def test_a_claim_rests_on_passages_of_its_article():
    for row in CLAIMS:
        assert all(passage in TEXTS[row["article"]] for passage in row["passages"]), row["id"]
        assert row["verdict"] in ("supported", "contradicted", "not_found")
        true = row["kind"] in ("near_verbatim", "reworded", "merged_true")
        assert (row["verdict"] == "supported") == true, row["id"]


def test_halves_are_chosen_by_family_and_are_near_to_halves():
    for row in QUESTIONS:
        about = (row.get("articles") or row.get("nearest") or [None])[0]
        assert row["split"] == half(FAMILY[about] if about else row["id"]), row["id"]
    assert all(row["split"] == half(FAMILY[row["article"]]) for row in CLAIMS)
    for rows in (QUESTIONS, CLAIMS):
        assert 0.4 <= Counter(row["split"] for row in rows)["dev"] / len(rows) <= 0.6


def test_counts_by_kind():
    assert len(QUESTIONS) >= 200 and len(CLAIMS) >= 300
    kinds, claims = Counter(row["kind"] for row in QUESTIONS), Counter(row["kind"] for row in CLAIMS)
    assert min(kinds.values()) >= 5 and len(kinds) == 17
    assert kinds["near_miss"] >= 24 and kinds["fact_reworded"] >= 30
    assert min(claims.values()) >= 7 and len(claims) == 19


def test_files_come_in_every_layout_and_are_the_same_each_time(tmp_path):
    first, again = (make_files.make(tmp_path / name, CHEAP) for name in ("a", "b"))
    assert first == again and {row["format"] for row in first} == CHEAP
    assert sum(count for _, _, count, _ in make_files.LAYOUTS.values()) == 60
    for ending in ("md", "txt", "html", "pdf", "ofd", "epub", "zip"):
        for made in (tmp_path / "a").glob(f"*.{ending}"):
            assert made.read_bytes() == (tmp_path / "b" / made.name).read_bytes(), made.name


def test_files_are_read_as_well_as_they_were(tmp_path):
    found = scoring.of_files(tmp_path, make_files.make(tmp_path, CHEAP))
    assert not scoring.below({"files": found}, FLOORS), found["wrong"]


def test_a_floor_that_is_not_held_is_named():
    assert scoring.below({"claims": {"kept": 0.5}}, {"claims": {"kept": 0.6}, "files": {"read": 1.0}}) == [
        "claims.kept: 0.5 < 0.6"
    ]


def test_every_kind_has_its_turn():
    rows = [{"kind": kind, "n": n} for kind in "aab" for n in range(2)]
    assert [row["kind"] for row in in_turn(rows)[:3]] == ["a", "b", "a"]


def test_claims_of_the_dev_half_are_judged_as_well_as_they_were():
    found = scoring.of_claims(scoring.rows("claims", "dev"))
    assert not scoring.below({"claims": found}, FLOORS), found["wrong"]


@pytest.mark.integration
def test_a_part_of_the_dev_half_is_answered_as_well_as_it_was(tmp_path):
    """Two questions of each kind, quoted; the whole is `make bench-public`."""
    asked = in_turn(scoring.rows("questions", "dev"))[:32]
    with PolicyQA.open(settings=library(tmp_path / "index"), extractive=True) as qa:
        found = scoring.of_answers(asked, [scoring.answered(qa, row, extractive=True) for row in asked])
    assert not scoring.below({"part": found}, FLOORS), found
