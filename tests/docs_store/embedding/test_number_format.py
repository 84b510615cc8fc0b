"""bf16 is taken where the processor has it, it is quicker, and its vectors are the same; and is measured once."""

import itertools
import json

import numpy as np
import pytest
from langchain_core.embeddings import Embeddings

from docs_store.embedding import embedder as embedder_room
from docs_store.embedding import number_format
from docs_store.embedding.number_format import choose, has_bf16


class Model(Embeddings):
    """Vectors by text; `error` turns them a little, `cost` is what a call takes by the fake clock."""

    def __init__(self, kind, cost, error=0.0):
        self.kind, self.cost, self.error = kind, cost, error

    def embed_documents(self, texts):
        Model.now += self.cost
        rows = []
        for text in texts:
            rng = np.random.default_rng(len(text))
            rows.append(rng.standard_normal(16) + self.error * np.arange(16))
        return rows

    def embed_query(self, text):
        return self.embed_documents([text])[0]


@pytest.fixture
def machine(tmp_path):
    """A chooser over models whose speed and error the test sets."""
    Model.now = 0.0
    loaded = []

    def run(bf16_cost, error=0.0, able=True, model="m"):
        def load(kind):
            loaded.append(kind)
            return Model(kind, 1.0 if kind == "fp32" else bf16_cost, error if kind == "bf16" else 0.0)

        record = tmp_path / "models" / "number_formats.json"
        return choose(load, model, record, able=able, clock=lambda: Model.now)

    run.loaded = loaded
    run.record = tmp_path / "models" / "number_formats.json"
    return run


def test_the_quicker_format_is_taken_and_remembered(machine):
    kind, model = machine(0.3)
    assert (kind, model.kind) == ("bf16", "bf16")
    assert machine.loaded == ["fp32", "bf16"]
    (kept,) = json.loads(machine.record.read_text(encoding="utf-8")).values()
    assert kept["chosen"] == "bf16" and kept["fp32_s"] == 1.0 and kept["bf16_s"] == pytest.approx(0.3)
    assert machine(0.3)[0] == "bf16"
    assert machine.loaded[2:] == ["bf16"]  # nothing was measured again


@pytest.mark.parametrize(
    ("cost", "error"), [(0.95, 0.0), (0.3, 0.2)], ids=["hardly quicker", "other vectors"]
)
def test_plain_numbers_stay_where_the_others_are_no_gain(machine, cost, error):
    assert machine(cost, error)[0] == "fp32"
    assert machine(cost, error)[0] == "fp32"
    assert machine.loaded == ["fp32", "bf16", "fp32"]


def test_a_processor_without_it_measures_nothing(machine):
    assert machine(0.1, able=False)[0] == "fp32"
    assert machine.loaded == ["fp32"] and not machine.record.exists()


def test_another_model_is_measured_for_itself_and_a_broken_record_does_no_harm(machine):
    machine(0.3)
    assert machine(2.0, model="n")[0] == "fp32"
    machine.record.write_text("{", encoding="utf-8")
    assert machine(0.3)[0] == "bf16"


@pytest.mark.parametrize(
    ("text", "able"),
    [
        ("model name : X\nflags\t\t: fpu avx512f avx512_bf16 sse", True),
        ("Features\t: fp asimd bf16", True),
        ("flags\t\t: fpu avx2 avx512f", False),
        ("", False),
    ],
)
def test_what_the_processor_says(tmp_path, text, able):
    path = tmp_path / "cpuinfo"
    path.write_text(text, encoding="utf-8")
    assert has_bf16(path) is able


def test_a_look_up_model_is_never_measured(settings, monkeypatch):
    def never(*_, **__):
        raise AssertionError("measured")

    monkeypatch.setattr(number_format, "choose", never)
    asked = itertools.count()
    monkeypatch.setattr(number_format, "has_bf16", lambda: bool(next(asked) + 1))
    assert len(embedder_room.open_embedder(settings).embed_query("如皋")) == 384
