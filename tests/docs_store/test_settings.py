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
        ("llm: {max_tokens: abc}", r"llm\.max_tokens = “abc” 不可用：应是整数"),
        ("llm: {max_tokens: null}", "null” 不可用：应是整数"),
        ("llm: {model: 2024-01-01}", "应是文字"),
        ("llm: {model: 2024-13-45}", "YAML"),
        ('llm: {model: "a\\0b"}', "空字符"),
        ("ingest: {watch: maybe}", "应是 true 或 false"),
        ("serve: {allowed_hosts: a.com}", "应是列表"),
        ("serve: {root_path: guanchao}", "不可用：要写成 /路径 或 https://域名:端口/路径。"),
        ("ingest: {fetch_hosts: ['http://a']}", "要写成 主机:端口"),
        ("page: {users: [{name: a}]}", "password 不可用：缺少"),
        ("answer: {length: Long}", "只能是 short、normal、long"),
        ("store: {path: ''}", r"store\.path = “” 不可用：不能为空"),
        ("store: {path: ~no-such-user/x}", "主文件夹"),
        ("llm: {base_url: '127.0.0.1:8000/v1'}", r"llm\.base_url.*http://主机:端口"),
        ("llm: {base_url: 'http://[::1/v1'}", "http://主机:端口"),
        ("embedding: {base_url: 'ftp://h/v1'}", "http://主机:端口"),
        ("retrieval: {reranker_base_url: 'http://h:0'}", "http://主机:端口"),
        ("llm: {model: a}\nserve: {port: 1}\nllm: {max_tokens: 99}", "第 3 行又写了一次 llm"),
        ("llm:\n  model: a\n  model: b", "第 3 行又写了一次 model"),
        ("[" * 100_000, "YAML"),
    ],
)
def test_what_is_wrong_is_named(tmp_path, text, said):
    with pytest.raises(SettingsError, match=said):
        load_settings(write(tmp_path, text))


def test_what_is_wrong_is_said_in_chinese_and_no_password_is_repeated(tmp_path):
    path = write(tmp_path, "page: {users: [{name: 小王, password: hunter2}]}")
    with pytest.raises(SettingsError, match="guanchao hash-password") as caught:
        load_settings(path)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("encoding", ["gbk", "utf-16"])
def test_a_file_in_another_encoding_is_told_to_be_saved_in_utf_8(tmp_path, encoding):
    path = tmp_path / "config.yaml"
    path.write_text("export: {office: 南通市发改委}", encoding=encoding)
    with pytest.raises(SettingsError, match="UTF-8") as caught:
        load_settings(path)
    assert "codec" not in str(caught.value)


def test_a_byte_order_mark_is_no_part_of_the_first_name(tmp_path):
    path = tmp_path / "config.yaml"
    path.write_text("llm: {max_tokens: 300}", encoding="utf-8-sig")
    assert load_settings(path).llm.max_tokens == 300


def test_what_is_merged_from_an_anchor_is_not_written_twice(tmp_path):
    path = write(tmp_path, "llm: &l {max_tokens: 300}\nanswer: {<<: {passages: 3}, passages: 4}")
    assert load_settings(path).answer.passages == 4


def test_an_empty_text_for_what_may_be_null_is_null(tmp_path, monkeypatch):
    monkeypatch.setenv("GUANCHAO_LLM__BASE_URL", "")
    monkeypatch.setenv("GUANCHAO_INGEST__UPLOADS", "")
    settings = load_settings(write(tmp_path, "llm: {api_key_env: ''}\nserve: {log_file: ''}"))
    assert settings.llm.base_url is settings.llm.api_key_env is settings.ingest.uploads is None
    assert settings.serve.log_file is None


@pytest.mark.parametrize("name", ["GUANCHAO_SERVE__ALLOWED_HOSTS", "guanchao_page__users"])
def test_a_list_in_the_environment_that_is_no_list_is_named(tmp_path, monkeypatch, name):
    monkeypatch.setenv(name, "a.com,b.com")
    with pytest.raises(SettingsError, match=f"{name}.*列表.*JSON"):
        load_settings(write(tmp_path, ""))


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
