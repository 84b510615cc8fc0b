"""The sections of the configuration: every setting with its default, its bounds and what it is for."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from docs_store.settings.values import Address, Place, written

_MEMO_TOKENS = 2000


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=True)

    @field_validator("*", mode="before")
    @classmethod
    def _settled(cls, value: Any, about: ValidationInfo) -> Any:
        """ "" for a setting that may be null is null: so compose files and forms write what they leave open."""
        if value == "" and cls.model_fields[about.field_name or ""].default is None:
            return None
        if isinstance(value, str) and "\0" in value:
            raise ValueError("不能含有空字符")
        return value


class StoreSettings(_Section):
    """Where the index lives: in a folder, or on a server that several processes share."""

    path: Place = Field(
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
    collection: Annotated[
        str, written(r"[A-Za-z][A-Za-z0-9_]{0,39}", "只能用字母、数字和下划线，以字母开头，不超过 40 个")
    ] = Field(
        "guanchao",
        description="what the names of the collections begin with; one index, one name",
    )
    token_env: str | None = Field(None, description="name of the environment variable that holds the key")
    token_header: Annotated[str, written(r"[A-Za-z0-9-]+", "请求头只能用字母、数字和连字符")] = Field(
        "Authorization",
        description="header that Chroma's key goes in; Authorization sends it as Bearer",
    )
    refresh_seconds: float = Field(
        5, ge=0.2, le=3600, description="how old what a process shows of a shared index may be"
    )


class IngestSettings(_Section):
    """Which articles are read and how they are cut into passages."""

    articles: Place = Field(Path("docs_store/articles"), description="folder read when no path is given")
    uploads: Place | None = Field(
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
    fetch_hosts: tuple[Annotated[str, written(r"[^\s/:]+:\d{1,5}", "要写成 主机:端口")], ...] = Field(
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
    base_url: Address | None = Field(
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
    base_url: Address | None = Field(
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
        """True when the model is asked for its own judgement of the evidence before it writes."""
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
    aliases: Place | None = Field(None, description="file of other names; None = the one that comes along")
    reranker: str = Field(
        "learned",
        min_length=1,
        description="learned, a cross-encoder's folder or hub id, or a model at base_url",
    )
    reranker_base_url: Address | None = Field(
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
        0.58,
        ge=0,
        le=1,
        description="below this evidence score, refuse (a model may be asked first); 0 never refuses for it",
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
    keys_file: Place | None = Field(
        None,
        description="file of the API keys, read again when it changes; None = keys.json beside the index",
    )
    allowed_hosts: tuple[str, ...] = Field(
        (), description="further Host names to accept where no key is required, such as a proxy's"
    )
    root_path: Annotated[
        str,
        written(
            r"(https?://[A-Za-z0-9.\-\[\]:]+)?(/[A-Za-z0-9._~\-]+)*/?",
            "要写成 /路径 或 https://域名:端口/路径",
        ),
    ] = Field(
        "",
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
    log_file: Place | None = Field(None, description="requests as JSON lines; none = standard error")
    log_questions: bool = Field(True, description="write questions into that log")


class User(_Section):
    """Someone who may log in to the page."""

    name: str = Field(min_length=1, max_length=64)
    password: Annotated[
        str, written(r"scrypt\$[0-9a-f]{32}\$[0-9a-f]{64}", "要用 `guanchao hash-password` 生成")
    ] = Field(description="hash by `guanchao hash-password`")
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

    template: Place | None = Field(
        None, description="a .docx with {{ 标题 }} and {{ 正文 }}; none = GB/T 9704"
    )
    office: str = Field(
        "", max_length=200, description="who signs: under the text, and the document's author"
    )
