"""Every setting, its bounds and where it comes from.

Order of precedence: ``GUANCHAO_<SECTION>__<KEY>`` environment variables, then ``config.yaml``, then
the defaults below. A key, section or variable that does not exist is an error that names the nearest
one that does. Relative paths resolve against the folder of the configuration file.
"""

from __future__ import annotations

import difflib
import os
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

import yaml
from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

ENV_PREFIX = "GUANCHAO_"
DEFAULT_CONFIG = Path("config.yaml")
# libyaml, ten times as quick, where PyYAML was built with it
_YAML = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_MEMO_TOKENS = 2000


class GuanchaoError(Exception):
    """Base of every error that users may meet. `str(error)` is one Chinese sentence with the next step."""


class SettingsError(GuanchaoError):
    """The configuration cannot be used. The message names the key and the next step, in Chinese."""


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=True)


class StoreSettings(_Section):
    """Where the index lives: in a folder, or on a server that several processes share."""

    path: Path = Field(
        Path("docs_store/index"),
        description="folder of the index; with a server, of this machine's replicas; always rebuildable",
    )
    backend: Literal["local", "chroma-server", "milvus"] = Field(
        "local", description="local = in store.path; the others = on the server at store.url"
    )
    url: str | None = Field(
        None, description="Chroma: http(s)://host:port; Milvus: http(s)://host:port, or a milvus-lite folder"
    )
    tenant: str | None = Field(None, description="Chroma's tenant; None = its default")
    database: str | None = Field(None, description="database on the server; None = its default")
    collection: str = Field(
        "guanchao",
        pattern=r"^[A-Za-z][A-Za-z0-9_]{0,39}$",
        description="what the names of the collections begin with; one index, one name",
    )
    token_env: str | None = Field(None, description="name of the environment variable that holds the key")
    token_header: str = Field(
        "Authorization",
        pattern=r"^[A-Za-z0-9-]+$",
        description="header that Chroma's key goes in; Authorization sends it as Bearer",
    )
    refresh_seconds: float = Field(
        5, ge=0.2, le=3600, description="how old what a process shows of a shared index may be"
    )


class IngestSettings(_Section):
    """Which articles are read and how they are cut into passages."""

    articles: Path = Field(Path("docs_store/articles"), description="folder read when no path is given")
    uploads: Path | None = Field(
        None, description="folder of uploaded files, read with `articles`; None = beside the index"
    )
    max_file_mb: float = Field(50, gt=0, le=2000, description="larger files are reported, not read")
    max_pages: int = Field(1000, ge=1, le=100_000, description="longer PDFs are reported, not read")
    max_expansion: float = Field(
        100, gt=1, le=10_000, description="a .docx that unpacks to more times its size is a zip bomb"
    )
    max_file_seconds: float = Field(
        120,
        gt=0,
        le=86_400,
        description="longest time for a file, or for one page of a scan; then it is left",
    )
    watch: bool = Field(
        True, description="while `serve` runs, read files of the articles folder as they come and change"
    )
    fetch_urls: bool = Field(
        False, description="fetch the pages and feeds that .urls and .opml files list; public addresses only"
    )
    fetch_hosts: tuple[Annotated[str, Field(pattern=r"^[^\s/:]+:\d{1,5}$")], ...] = Field(
        (),
        description="host:port inside this network that may be fetched all the same, such as an own RSSHub",
    )
    refresh_minutes: float = Field(
        0,
        ge=0,
        le=10_080,
        description="how often `serve` reads .urls and .opml files again; 0 = never; needs fetch_urls",
    )
    ocr: bool = Field(True, description="recognise the text of scanned pages")
    workers: int = Field(0, ge=0, le=64, description="processes that read files; 0 = by the processor")
    passage_chars: int = Field(260, ge=80, le=450, description="target length of a passage, characters")
    passage_max_chars: int = Field(
        400,
        ge=100,
        le=450,
        description="no passage is longer unless one sentence is; the embedder sees 512 tokens",
    )


class EmbeddingSettings(_Section):
    """Which model turns passages into vectors."""

    model: str = Field(
        "guanchao-embed", min_length=1, description="name in `models list`, a folder, or a hub id"
    )
    base_url: str | None = Field(
        None, description="OpenAI-compatible endpoint or TEI; then `model` is its model name"
    )
    api: Literal["openai", "tei"] = Field(
        "openai", description="the endpoint's dialect: POST /embeddings, or TEI's own /embed and /info"
    )
    api_key_env: str | None = Field(None, description="name of the environment variable that holds the key")
    revision: str | None = Field(
        None,
        min_length=1,
        max_length=80,
        description="revision of the endpoint's model; TEI must state it, elsewhere a mark of your own",
    )
    batch_size: int = Field(32, ge=1, le=1024, description="passages embedded at once")
    requests: int = Field(4, ge=1, le=64, description="batches under way at an endpoint at once")
    timeout_s: float = Field(60, gt=0, le=3600, description="longest wait for one batch, seconds")
    retry_s: float = Field(
        120, ge=0, le=86_400, description="how long an endpoint that is down or busy is tried again, seconds"
    )
    backend: Literal["auto", "fp32", "bf16"] = Field(
        "auto", description="number format of a local model; auto = measured at first use"
    )
    query_prefix: str = Field("", description="put before questions, for models that want one")


class LlmSettings(_Section):
    """Which model writes answers."""

    model: str = Field(
        "qwen2.5-coder-1.5b", min_length=1, description="name in `models list`, a .gguf, or a hub id"
    )
    base_url: str | None = Field(
        None, description="OpenAI-compatible endpoint; then `model` is its model name"
    )
    api_key_env: str | None = Field(None, description="name of the environment variable that holds the key")
    temperature: float = Field(0.0, ge=0, le=2)
    max_tokens: int = Field(320, ge=16, le=8192, description="longest answer, tokens")
    timeout_s: float = Field(120, gt=0, le=3600, description="longest wait for one answer, seconds")
    opinion: Literal["auto", "always", "never"] = Field(
        "auto",
        description="ask the model itself whether the passages hold the answer; auto = the local model",
    )
    context_tokens: int = Field(
        4096, ge=1024, le=131072, description="context of the local model for one answer"
    )
    threads: int = Field(0, ge=0, le=256, description="threads of the local model; 0 = all physical cores")

    @property
    def memo_tokens(self) -> int:
        """Longest answer of an endpoint to an open question, tokens; the default suits a small model and one sentence."""
        own = type(self).model_fields["max_tokens"].default
        return _MEMO_TOKENS if self.max_tokens == own else self.max_tokens

    @property
    def asks_opinion(self) -> bool:
        """True when each draft is followed by a question for the model's own judgement of the evidence."""
        return self.opinion == "always" or (self.opinion == "auto" and self.base_url is None)


class RetrievalSettings(_Section):
    """How passages are found and ordered."""

    top_k: int = Field(10, ge=1, le=100, description="passages returned by a search")
    candidates: int = Field(50, ge=5, le=500, description="passages and articles taken from each half")
    articles: int = Field(30, ge=3, le=200, description="articles whose passages are reranked")
    dense_weight: float = Field(
        0.15, ge=0, le=1, description="share of the dense half when candidates are chosen; 0 turns it off"
    )
    article_weight: float = Field(
        0.35, ge=0, le=1, description="weight of whole-article evidence when candidates are chosen"
    )
    aliases: Path | None = Field(None, description="file of other names; None = the one that comes along")
    reranker: str = Field(
        "learned",
        min_length=1,
        description="learned, a cross-encoder's folder or hub id, or a model at base_url",
    )
    reranker_base_url: str | None = Field(
        None, description="rerank endpoint in the manner of Jina, Cohere or TEI; then `reranker` is its model"
    )
    reranker_api_key_env: str | None = Field(
        None, description="name of the environment variable that holds the key"
    )
    reranker_batch_size: int = Field(
        32, ge=1, le=1000, description="passages in one request to a rerank endpoint"
    )
    reranker_timeout_s: float = Field(
        20, gt=0, le=600, description="longest wait for a rerank endpoint, retries included, seconds"
    )
    reranker_passages: int = Field(
        30, ge=2, le=200, description="best passages that a cross-encoder or endpoint orders anew"
    )


class AnswerSettings(_Section):
    """How much evidence the model reads and what it must reach."""

    passages: int = Field(6, ge=1, le=20, description="passages considered for an answer")
    evidence_chars: int = Field(400, ge=100, le=8000, description="characters of evidence in the prompt")
    min_evidence: float = Field(
        0.5, ge=0, le=1, description="below this evidence score, refuse; 0 never refuses"
    )
    length: Literal["short", "normal", "long"] = Field(
        "normal", description="how much an answer to an open question says; a question may ask for another"
    )
    history_turns: int = Field(3, ge=0, le=20, description="earlier turns that a follow-up may lean on")


class VerifySettings(_Section):
    """How the sentences of an answer are checked against their passages."""

    judge: Literal["auto", "off", "on"] = Field(
        "auto",
        description="ask the answering model to mark its sentences as well; auto = endpoints only",
    )

    def asks_judge(self, llm: LlmSettings) -> bool:
        """True when the model that answers marks the sentences of its answer against their passages."""
        return self.judge == "on" or (self.judge == "auto" and llm.base_url is not None)


class ServeSettings(_Section):
    """Where the page and the HTTP API listen, who may call, and how much at once."""

    host: str = Field("127.0.0.1", min_length=1)
    port: int = Field(7860, ge=0, le=65535, description="0 = any free port")
    keys: Literal["auto", "required", "off"] = Field(
        "auto", description="API keys; auto = required unless only this machine can connect"
    )
    keys_file: Path | None = Field(
        None,
        description="file of the API keys, read again when it changes; None = keys.json beside the index",
    )
    allowed_hosts: tuple[str, ...] = Field(
        (), description="further Host names to accept where no key is required, such as a proxy's"
    )
    root_path: str = Field(
        "",
        pattern=r"^(https?://[A-Za-z0-9.\-\[\]:]+)?(/[A-Za-z0-9._~\-]+)*/?$",
        description="path below which a proxy shows the server, or its whole address there",
    )
    search_workers: int = Field(4, ge=1, le=64, description="searches at once")
    search_queue: int = Field(256, ge=0, le=10_000, description="searches that may wait; then 503")
    answer_workers: int = Field(4, ge=1, le=64, description="answers at once")
    answer_queue: int = Field(32, ge=0, le=10_000, description="questions that may wait; then 503")
    queue_seconds: float = Field(60, gt=0, le=3600, description="longest wait in a queue; then 503")
    answer_seconds: float = Field(300, gt=0, le=3600, description="longest time of one answer; then 504")
    calls_per_minute: int = Field(
        600, ge=0, le=1_000_000, description="per key, or per address from elsewhere; then 429; 0 = no limit"
    )
    max_upload_mb: float = Field(100, gt=0, le=4000, description="one upload request in all; then 413")
    log_file: Path | None = Field(None, description="requests as JSON lines; none = standard error")
    log_questions: bool = Field(True, description="write questions into that log")


class User(_Section):
    """Someone who may log in to the page."""

    name: str = Field(min_length=1, max_length=64)
    password: str = Field(
        pattern=r"^scrypt\$[0-9a-f]{32}\$[0-9a-f]{64}$", description="hash by `guanchao hash-password`"
    )
    role: Literal["reader", "editor"] = Field("reader", description="only editors change articles")


class PageSettings(_Section):
    """Who uses the page, and how much."""

    users: tuple[User, ...] = Field((), description="none = no login")
    session_hours: float = Field(12, gt=0, le=24 * 365, description="then log in again")
    questions_per_minute: int = Field(60, ge=0, le=100_000, description="per user; 0 = no limit")
    conversations: int = Field(
        500, ge=1, le=100_000, description="kept per user; the longest unused go first"
    )
    pieces: int = Field(200, ge=1, le=100_000, description="deliverables kept per user; the oldest go first")
    answers_at_once: int = Field(4, ge=1, le=64, description="questions of the page answered at once")


class ExportSettings(_Section):
    """Word documents as this office writes them."""

    template: Path | None = Field(
        None, description="a .docx with {{ 标题 }} and {{ 正文 }}; none = GB/T 9704"
    )
    office: str = Field(
        "", max_length=200, description="who signs: under the text, and the document's author"
    )


class Settings(BaseSettings):
    """All sections. Build it with `load_settings`, which reads config.yaml and checks every name."""

    model_config = SettingsConfigDict(
        extra="forbid", frozen=True, env_prefix=ENV_PREFIX, env_nested_delimiter="__", validate_default=True
    )
    _folder: Path = PrivateAttr(default_factory=Path.cwd)

    store: StoreSettings = StoreSettings()
    ingest: IngestSettings = IngestSettings()
    embedding: EmbeddingSettings = EmbeddingSettings()
    llm: LlmSettings = LlmSettings()
    retrieval: RetrievalSettings = RetrievalSettings()
    answer: AnswerSettings = AnswerSettings()
    verify: VerifySettings = VerifySettings()
    serve: ServeSettings = ServeSettings()
    page: PageSettings = PageSettings()
    export: ExportSettings = ExportSettings()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Environment variables win over the file, which is passed as init arguments."""
        return env_settings, init_settings

    def resolve(self, path: Path) -> Path:
        """An absolute path; relative ones start at the folder of config.yaml."""
        expanded = path.expanduser()
        return expanded if expanded.is_absolute() else (self._folder / expanded).resolve()

    @property
    def index_path(self) -> Path:
        """Absolute folder of the index."""
        return self.resolve(self.store.path)

    @property
    def articles_path(self) -> Path:
        """Absolute folder of the user's articles."""
        return self.resolve(self.ingest.articles)

    @property
    def uploads_path(self) -> Path:
        """Absolute folder of uploaded files: with the index, and so never in another server's folder."""
        if self.ingest.uploads is not None:
            return self.resolve(self.ingest.uploads)
        return self.index_path.with_name(f"{self.index_path.name}.uploads")

    @property
    def article_folders(self) -> list[Path]:
        """What is read when no path is given: the articles, and what was uploaded, if anything was."""
        return [self.articles_path, *([self.uploads_path] if self.uploads_path.is_dir() else ())]


def load_settings(config: Path | str | None = None) -> Settings:
    """Settings from a YAML file and the environment.

    Args:
        config: the file. None means ./config.yaml, which may be missing (then defaults hold); a file that
            is named must exist.

    Raises:
        SettingsError: the file is missing or not YAML, a name is unknown, or a value is out of bounds.
    """
    path = DEFAULT_CONFIG if config is None else Path(config).expanduser()
    data: dict[str, Any] = {}
    if path.is_file():
        data = _read_yaml(path)
    elif config is not None or path.exists():
        raise SettingsError(f"找不到配置文件 {path}。请检查 --config 的路径，或去掉该选项使用默认设置。")
    _check_names(data, path)
    _check_environment()
    try:
        settings = Settings(**data)
    except ValidationError as error:
        raise SettingsError(_explain(error, path)) from error
    if settings.ingest.passage_max_chars < settings.ingest.passage_chars:
        raise SettingsError(f"{path}：ingest.passage_max_chars 不能小于 ingest.passage_chars，请调大前者。")
    _check_store(settings.store, path)
    settings._folder = path.absolute().parent
    return settings


def _check_store(store: StoreSettings, path: Path) -> None:
    if store.backend == "local":
        return  # the other keys may stay, so that one line switches
    if store.url is None:
        raise SettingsError(f"{path}：store.backend 是 {store.backend}，还需要 store.url，请写上服务的地址。")
    if store.backend == "chroma-server":
        address = urlsplit(store.url)
        if address.scheme not in ("http", "https") or not address.hostname or not _port_is_sound(store.url):
            raise SettingsError(
                f"{path}：store.url = {store.url!r} 不是 Chroma 的地址，请写成 http://主机:端口 或 https://主机:端口。"
            )
    elif store.tenant is not None:
        raise SettingsError(f"{path}：Milvus 没有 store.tenant，请去掉它，改用 store.database。")
    if store.token_env is not None and not os.environ.get(store.token_env):
        raise SettingsError(f"{path}：store.token_env 指向的环境变量 {store.token_env} 没有值，请先设置它。")


def _port_is_sound(url: str) -> bool:
    try:
        return urlsplit(url).port != 0
    except ValueError:
        return False


def _read_yaml(path: Path) -> dict[str, Any]:
    try:
        data = yaml.load(path.read_text(encoding="utf-8-sig"), _YAML)
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"读不了配置文件 {path}：{error}。请检查权限，并以 UTF-8 保存。") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"第 {mark.line + 1} 行" if mark else "文件中"
        raise SettingsError(f"配置文件 {path} {where}不是合法的 YAML。请检查缩进和冒号后的空格。") from error
    if data is None:
        return {}
    if not isinstance(data, dict):
        raise SettingsError(
            f"配置文件 {path} 应由“部分: 键: 值”组成，现在读到的是 {type(data).__name__}。请对照 README 修改。"
        )
    return data


def _sections() -> dict[str, list[str]]:
    sections: dict[str, list[str]] = {}
    for name, field in Settings.model_fields.items():
        assert isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel)
        sections[name] = list(field.annotation.model_fields)
    return sections


def _nearest(name: str, valid: list[str]) -> str:
    match = difflib.get_close_matches(name, valid, n=1, cutoff=0.0)
    return match[0] if match else valid[0]


def _check_names(data: dict[str, Any], path: Path) -> None:
    sections = _sections()
    for section, keys in data.items():
        if section not in sections:
            hint = _nearest(str(section), list(sections))
            raise SettingsError(f"{path}：没有名为 {section} 的部分，最接近的是 {hint}。请改名或删去。")
        if keys is None:
            data[section] = {}
            continue
        if not isinstance(keys, dict):
            raise SettingsError(
                f"{path}：{section} 之下应是“键: 值”，例如 {sections[section][0]}。请检查缩进。"
            )
        for key in keys:
            if key not in sections[section]:
                hint = _nearest(str(key), sections[section])
                raise SettingsError(
                    f"{path}：没有设置 {section}.{key}，最接近的是 {section}.{hint}。请改名或删去。"
                )


def _check_environment() -> None:
    valid = [f"{ENV_PREFIX}{s}__{k}".upper() for s, keys in _sections().items() for k in keys]
    for name in os.environ:
        upper = name.upper()
        if upper.startswith(ENV_PREFIX) and upper not in valid:
            raise SettingsError(
                f"没有环境变量 {name} 对应的设置，最接近的是 {_nearest(upper, valid)}。请改名或取消设置。"
            )


def _explain(error: ValidationError, path: Path) -> str:
    first = error.errors()[0]
    key = ".".join(str(part) for part in first["loc"])
    reasons = {
        "greater_than": "必须大于 {gt}",
        "greater_than_equal": "不能小于 {ge}",
        "less_than": "必须小于 {lt}",
        "less_than_equal": "不能大于 {le}",
        "string_too_short": "不能为空",
        "string_pattern_mismatch": "格式不对（密码请用 `guanchao hash-password` 生成；store.collection 只能用字母、数字和下划线，以字母开头；serve.root_path 写成 /路径 或 https://域名:端口/路径）",
        "literal_error": "只能是 {expected}",
    }
    template = reasons.get(first["type"])
    reason = template.format(**first.get("ctx", {})) if template else f"类型不对（{first['msg']}）"
    return f"{path} 或环境变量：{key} = {first['input']!r} 不可用，{reason}。请修改后再试。"
