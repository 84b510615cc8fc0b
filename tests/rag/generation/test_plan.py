"""How much of a plan is told."""

from rag.generation.plan import Plan, PlanItem, Section


def test_the_most_relevant_items_are_kept_in_their_order():
    items = [
        PlanItem(text, 0, n, n + 1, worth)
        for n, (text, worth) in enumerate(zip("甲乙丙", (0.2, 0.9, 0.5), strict=True))
    ]
    plan = Plan("list", [], [Section("一", items[:1]), Section("二", items[1:])])
    assert [item.text for item in plan.of_most(2).items] == ["乙", "丙"]
    assert [section.heading for section in plan.of_most(2).sections] == ["二"]
    assert plan.of_most(None) is plan and plan.of_most(3) is plan
