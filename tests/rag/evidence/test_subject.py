"""Whether anything on the subject of an open question was found."""

from docs_store.models import Article, Hit, Passage
from rag.evidence import material, sentences, subject


def hit(id: str, title: str, text: str) -> Hit:
    """A passage that is a whole article."""
    return Hit(
        Passage(f"{id}-0", id, 0, 0, len(text), text),
        Article(id, title, f"{id}.md", text),
        1.0,
        {"evidence": 0.5},
    )


METRO = hit(
    "m",
    "苏州轨道交通建设进展",
    "苏州轨道交通六号线今年开通。苏州将加快七号线和八号线建设，预计明年全部建成。线网总长超过三百公里。",
)
CARE = hit("c", "嘉兴发布养老服务方案", "嘉兴市为老年人提供助餐服务。每个街道建成一家养老服务综合体。")


def chance(question: str, *hits: Hit) -> float:
    """As the answerer asks it."""
    gathered = sentences.gather(question, hits)
    return subject.probability(question, hits, gathered, material.gather(question, {"list": 1.0}, hits))


def test_what_the_articles_speak_of_is_likelier_than_what_they_do_not():
    asked = "苏州轨道交通建设有哪些进展？"
    assert chance(asked, METRO, CARE) > 0.5 > chance("合肥的海绵城市试点有哪些举措？", METRO, CARE)
    assert chance(asked, METRO, CARE) > chance("无锡轨道交通建设有哪些进展？", METRO, CARE)


def test_without_clauses_nothing_is_there():
    assert chance("苏州有哪些举措？") == 0.0
