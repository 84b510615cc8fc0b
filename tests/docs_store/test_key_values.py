"""What processes that share an index remember together: which model an endpoint had."""

import json

import numpy as np
import pytest

from docs_store.embedding.endpoint import EmbeddingEndpoint
from docs_store.errors import StoreMismatchError, StoreUnavailableError
from docs_store.key_values import FileKeyValues
from docs_store.settings import EmbeddingSettings
from docs_store.shared.change_log import PORTION
from docs_store.shared.key_values import TableKeyValues


class Rows(dict):
    """A server's table, which may be gone."""

    gone = False

    def get(self, keys):
        if self.gone:
            raise StoreUnavailableError("连不上")
        return {key: self[key] for key in keys if key in self}

    def put(self, rows):
        if self.gone:
            raise StoreUnavailableError("连不上")
        assert all(key.isascii() and len(value) <= PORTION for key, value in rows.items())
        self.update(rows)


LONG = json.dumps({"probes": [0.12345] * 9000})


@pytest.fixture(params=["file", "table"])
def notes(request, tmp_path):
    return FileKeyValues(tmp_path / "notes.json") if request.param == "file" else TableKeyValues(Rows())


def test_a_text_of_any_length_comes_back_and_is_replaced(notes):
    assert notes.get("模型") is None
    notes.put("模型", LONG)
    notes.put("另一个", json.dumps({"b": "二"}))
    assert json.loads(notes.get("模型")) == json.loads(LONG)
    notes.put("模型", json.dumps({"a": 1}))
    assert json.loads(notes.get("模型")) == {"a": 1} and json.loads(notes.get("另一个")) == {"b": "二"}


def test_a_server_that_is_gone_is_no_error_here():
    rows = Rows()
    notes = TableKeyValues(rows)
    notes.put("模型", "{}")
    rows.gone = True
    notes.put("模型", "{}")
    assert notes.get("模型") is None


def test_what_is_no_record_is_not_there(tmp_path):
    for text in ("", "[]", "{", '"a"'):
        (tmp_path / "notes.json").write_text(text, encoding="utf-8")
        assert FileKeyValues(tmp_path / "notes.json").get("模型") is None


class Endpoint(EmbeddingEndpoint):
    """Answers by itself; `turned` is how far its space is turned against another model's."""

    turned = 0

    def _request(self, texts, patience_s):
        rows = np.ones((len(texts), 8), np.float32)
        rows[:, self.turned] = 3.0
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def test_a_replica_compares_with_what_another_replica_saw():
    table = Rows()
    settings = EmbeddingSettings(base_url="http://127.0.0.1:1/v1", model="m")
    first, second, third = (Endpoint(settings, "m", lambda: "k", TableKeyValues(table)) for _ in range(3))
    assert len(first.embed_query("问")) == 8 and len(second.embed_query("问")) == 8
    third.turned = 1
    with pytest.raises(StoreMismatchError, match="换了模型"):
        third.embed_query("问")
