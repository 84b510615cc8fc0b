from pathlib import Path

import pytest
import yaml

from docs_store.settings import Settings, SettingsError, load_settings

ROOT = Path(__file__).parents[2]


def write(tmp_path, text):
    path = tmp_path / "config.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_config_yaml_documents_every_key_with_its_default():
    written = yaml.safe_load((ROOT / "config.yaml").read_text(encoding="utf-8"))
    defaults = {
        name: section.default.model_dump(mode="json") for name, section in Settings.model_fields.items()
    }
    assert written == defaults


def test_a_missing_default_file_means_defaults(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert load_settings().serve.port == 7860


def test_a_named_file_must_exist(tmp_path):
    with pytest.raises(SettingsError, match="找不到配置文件"):
        load_settings(tmp_path / "none.yaml")


def test_relative_paths_start_at_the_file(tmp_path, monkeypatch):
    config = write(tmp_path, "store: {path: idx}")
    monkeypatch.chdir("/")
    assert load_settings(config).index_path == tmp_path / "idx"


def test_an_explicit_zero_is_kept(tmp_path):
    settings = load_settings(write(tmp_path, "serve: {port: 0}\nretrieval: {dense_weight: 0}"))
    assert (settings.serve.port, settings.retrieval.dense_weight) == (0, 0)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("retrieval: {topk: 3}", "retrieval.top_k"),
        ("retreival: {top_k: 3}", "retrieval"),
        ("retrieval: {top_k: 0}", "不能小于 1"),
        ("retrieval: {top_k: many}", "retrieval.top_k"),
        ("retrieval: 3", "键: 值"),
        ("- a", "部分: 键: 值"),
        ("a: [", "YAML"),
        ("ingest: {passage_chars: 400, passage_max_chars: 200}", "passage_max_chars"),
    ],
)
def test_what_is_wrong_is_named(tmp_path, text, said):
    with pytest.raises(SettingsError, match=said):
        load_settings(write(tmp_path, text))


def test_environment_wins_and_unknown_variables_are_errors(tmp_path, monkeypatch):
    config = write(tmp_path, "serve: {port: 1}")
    monkeypatch.setenv("GUANCHAO_SERVE__PORT", "2")
    assert load_settings(config).serve.port == 2
    monkeypatch.setenv("GUANCHAO_SERVE__PROT", "2")
    with pytest.raises(SettingsError, match="GUANCHAO_SERVE__PORT"):
        load_settings(config)


@pytest.mark.parametrize(
    ("store", "named"),
    [
        ({"backend": "chroma-server"}, "store.url"),
        ({"backend": "milvus"}, "store.url"),
        ({"backend": "chroma-server", "url": "127.0.0.1:8000"}, "store.url"),
        ({"backend": "chroma-server", "url": "http://127.0.0.1:port"}, "store.url"),
        ({"backend": "milvus", "url": "http://127.0.0.1:19530", "tenant": "t"}, "store.tenant"),
        (
            {"backend": "chroma-server", "url": "http://h:1", "token_env": "NOT_SET_ANYWHERE"},
            "store.token_env",
        ),
        ({"collection": "观潮"}, "store.collection"),
        ({"backend": "chroma"}, "store.backend"),
    ],
)
def test_a_store_that_cannot_be_is_an_error_that_names_the_key(tmp_path, store, named):
    path = tmp_path / "config.yaml"
    path.write_text(yaml.safe_dump({"store": store}), encoding="utf-8")
    with pytest.raises(SettingsError, match=f"{named}.*请"):
        load_settings(path)


def test_the_address_of_a_server_may_stay_while_the_index_is_local(tmp_path):
    path = tmp_path / "config.yaml"
    path.write_text("store: {backend: local, url: 'http://127.0.0.1:8000'}", encoding="utf-8")
    assert load_settings(path).store.backend == "local"
