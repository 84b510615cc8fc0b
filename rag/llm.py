"""The language model: a llama.cpp server of our own on loopback, or any OpenAI-compatible endpoint."""

from __future__ import annotations

import logging
from contextlib import suppress
from pathlib import Path
from threading import Lock, Thread
from typing import TYPE_CHECKING

from docs_store import weights
from docs_store.embedding.embedder import api_key
from docs_store.errors import ModelUnavailableError
from docs_store.machine import cores
from docs_store.network import proxies
from docs_store.network.model_endpoint import reason, with_status
from docs_store.settings import Settings
from rag.generation import prompts
from rag.llama import LlamaOptions, LlamaProcess

if TYPE_CHECKING:
    import openai
    from langchain_core.language_models import BaseChatModel

_log = logging.getLogger(__name__)
_MESSAGE_CHARS = 160  # characters of an endpoint's own words
_SLOTS = 4  # answers that the local model writes at once, as many as the page lets begin
DRAFT_AFTER, DRAFT_TOKENS = 4, 12  # tokens; see `rag.llama.Job`
_CONTEXTS = 2  # whole contexts that they share; a prompt takes a quarter of one


class LanguageModel:
    """Starts or connects on first use; the same chat client serves both. Thread-safe."""

    def __init__(self, settings: Settings) -> None:
        """Remembers the settings; loads nothing."""
        self._settings = settings
        self._lock = Lock()
        self._server: LlamaProcess | None = None
        self._chat: BaseChatModel | None = None

    @property
    def name(self) -> str:
        """The model's configured name."""
        return self._settings.llm.model

    def warm_up(self) -> None:
        """Loads the local model, or builds the client of the endpoint.

        Raises:
            ModelUnavailableError: the model is not here, or the endpoint's key is not set.
        """
        self.chat()

    def warm_up_in_background(self) -> None:
        """As `warm_up`, in a thread: a question that needs the model meanwhile waits for it, others do not.

        Raises:
            ModelUnavailableError: as `warm_up`; what only loading shows is raised to whoever asks the model first.
        """
        section = self._settings.llm
        if section.base_url is None:
            self._file()
        else:
            api_key(section.api_key_env)
        Thread(target=self._try, name="warm-up", daemon=True).start()

    def _try(self) -> None:
        try:
            self.warm_up()
        except ModelUnavailableError as error:
            _log.error("%s", error)

    def chat(self) -> BaseChatModel:
        """A LangChain chat model that streams."""
        with self._lock:
            if self._chat is not None and self._server is not None and not self._server.running:
                # It ended by itself, most likely for want of memory: once more.
                self._server = self._chat = None
            if self._chat is None:
                self._chat = self._connect()
            return self._chat

    def begin(self) -> None:
        """Begins to load the local model, in its own process, and returns at once; the first use waits for the rest.

        An endpoint is left alone, and so is a model that is not here: whoever asks it gets the error.
        """
        with self._lock, suppress(ModelUnavailableError):
            if self._settings.llm.base_url is None and self._server is None:
                self._begin()

    def close(self) -> None:
        """Stops the local server, also while it is being loaded."""
        if (loading := self._server) is not None:
            loading.stop()  # whoever holds the lock, and waits for it, gets the error
        with self._lock:
            if self._server is not None:
                self._server.stop()
            self._server = self._chat = None

    def _connect(self) -> BaseChatModel:
        section = self._settings.llm
        local = section.base_url is None
        if local and self._server is None:
            self._begin()
        # Meanwhile the model is loaded: importing these takes two seconds.
        from langchain_openai import ChatOpenAI
        from pydantic import SecretStr

        from rag import replied

        url = section.base_url or self._address()
        return ChatOpenAI(
            model=section.model,
            base_url=url,
            api_key=SecretStr(api_key(section.api_key_env)),
            temperature=section.temperature,
            max_completion_tokens=section.max_tokens,
            timeout=section.timeout_s,
            max_retries=0 if local else 1,
            http_client=proxies.client(url, section.timeout_s, replied.Client),
            http_async_client=proxies.async_client(url, section.timeout_s),
        )

    def _begin(self) -> None:
        folder = weights.cache_dir() / "prompts"
        with suppress(OSError):  # without the folder there is no prompt cache, and nothing else is amiss
            folder.mkdir(parents=True, exist_ok=True)
        section = self._settings.llm
        self._server = LlamaProcess(
            LlamaOptions(
                str(self._file()),
                section.context_tokens * _CONTEXTS,
                _SLOTS,
                section.threads or cores(),
                str(folder),
                DRAFT_AFTER,
                DRAFT_TOKENS,
            )
        )

    def _address(self) -> str:
        assert self._server is not None
        try:
            address = self._server.address()
        except ModelUnavailableError:
            self._server = None
            raise
        self._server.remember(prompts.fixed(), weights.cache_dir() / "prompts")
        return f"{address}/v1"

    def _file(self) -> Path:
        name = self._settings.llm.model
        if name in weights.CATALOGUE:
            return weights.local_path(name)
        path = self._settings.resolve(Path(name))
        if path.is_file():
            return path
        repository, _, file = name.partition(":")
        if file.endswith(".gguf"):
            from huggingface_hub import hf_hub_download

            try:
                return Path(hf_hub_download(repository, file))
            except Exception as error:  # the hub client raises many kinds, all of which mean "not to be had"
                raise ModelUnavailableError(
                    f"从 hub 取不到 {name}（{type(error).__name__}），请检查网络与名称，或改用本地 .gguf 文件。"
                ) from error
        raise ModelUnavailableError(
            f"没有语言模型 {name}：请把 llm.model 设为 `guanchao models list` 中的名字、.gguf 文件、"
            "“hub 仓库:文件.gguf”，或设置 llm.base_url。"
        )


def explain(error: Exception, settings: Settings) -> ModelUnavailableError:
    """One sentence with the next step, and the endpoint's own reason, for whatever a call of the model raised."""
    import openai

    where = settings.llm.base_url or "本地语言模型"
    if isinstance(error, ModelUnavailableError):
        return error
    if isinstance(error, openai.APITimeoutError | TimeoutError):
        return ModelUnavailableError(
            f"{where} 在 {settings.llm.timeout_s:g} 秒内没有回答，请稍后再试或调大 llm.timeout_s。"
        )
    if isinstance(error, openai.APIStatusError):
        return ModelUnavailableError(f"{where} {_refused(error, settings)}。")
    if isinstance(error, openai.APIConnectionError):
        return ModelUnavailableError(f"连不上 {where}，请检查 llm.base_url 与服务是否在运行。")
    if isinstance(error, openai.APIError):  # an error in the middle of a stream
        said = " ".join(error.message.split())[:_MESSAGE_CHARS]
        return ModelUnavailableError(f"{where} 中途出错（{said}），请稍后再试或换一个模型。")
    if isinstance(error, ValueError):  # neither the stream nor the JSON that it should be
        return ModelUnavailableError(
            f"{where} 的回答是空的，或不是 OpenAI 兼容的样子，请检查 llm.base_url（通常以 /v1 结尾）与该服务的日志。"
        )
    return ModelUnavailableError(f"{where} 出错（{type(error).__name__}），请稍后再试或换一个模型。")


def _refused(error: openai.APIStatusError, settings: Settings) -> str:
    """What the endpoint refused and why, with the next step."""
    said = reason(error.response, api_key(settings.llm.api_key_env))
    match error.status_code:
        case 401 | 403:
            return f"不接受密钥（{said}），请检查 llm.api_key_env 指向的环境变量"
        case 404:
            return f"没有模型 {settings.llm.model}（{said}），请检查 llm.model 与 llm.base_url"
        case 402 | 429:
            return f"额度或频率已用尽（{said}），请稍后再试或换一个模型"
        case status if status < 400:
            there = error.response.headers.get("location", "")
            return f"把请求转到了别处（{there[:_MESSAGE_CHARS]}），请把 llm.base_url 改成那边的地址"
        case status if status < 500:
            return f"不接受这次请求（{said}），请按它的说明检查 llm 的设置"
        case status:
            return f"出错（{with_status(status, said)}），请查看该服务的日志，稍后再试"
