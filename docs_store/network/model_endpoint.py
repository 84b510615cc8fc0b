"""HTTP calls to a model's endpoint: bounded retries with exponential backoff, and for every failure one Chinese sentence with the next step."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from threading import Lock
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from docs_store.errors import GuanchaoError
from docs_store.network import proxies

if TYPE_CHECKING:
    import httpx  # a fifth of a second that only those pay who have an endpoint

_RETRIED_STATUS = (408, 425, 429, 500, 502, 503, 504)  # what may pass by itself
_REFUSED_TRIES = 3  # nobody listens: a restart is waited for, a wrong address is soon reported
_FIRST_WAIT_S, _LONGEST_WAIT_S = 0.5, 20.0
_LIKE_A_KEY = re.compile(r"\b(?:sk|ak|key|api|token)[-_][\w\-]{8,}", re.IGNORECASE)
_MESSAGE_CHARS = 160  # characters of the endpoint's own words in a message

_In = TypeVar("_In")
_Out = TypeVar("_Out")


@dataclass(frozen=True, slots=True)
class Wording:
    """What a message calls the endpoint, and which settings it points at."""

    kind: str
    section: str
    model: str
    batch: str
    error: type[GuanchaoError]
    otherwise: str = ""


class ModelEndpoint:
    """One address, with its key. Thread-safe; connects at the first call."""

    def __init__(
        self, url: str, key: Callable[[], str], model: str, words: Wording, timeout_s: float
    ) -> None:
        """`key` is asked for at each call and may raise; `timeout_s` is the longest wait for one response."""
        self.url = url.rstrip("/")
        self.interruptions = 0
        self._key, self._model, self._words, self._timeout_s = key, model, words, timeout_s
        self._lock = Lock()
        self._client: httpx.Client | None = None

    def post(self, path: str, body: dict[str, Any], patience_s: float) -> Any:
        """The JSON that the endpoint answers; tried again for `patience_s` seconds in all.

        Raises:
            GuanchaoError: `words.error`, naming what to do.
        """
        return self._call("POST", path, body, patience_s)

    def get(self, path: str, patience_s: float) -> Any:
        """As `post`, without a body; None where the endpoint has no such path."""
        return self._call("GET", path, None, patience_s)

    def failure(self, what: str, next_step: str) -> GuanchaoError:
        """An error of this endpoint's kind, to raise."""
        return self._words.error(
            f"{self._words.kind} {self.url} {what}，{next_step}{self._words.otherwise}。"
        )

    def _call(self, method: str, path: str, body: dict[str, Any] | None, patience_s: float) -> Any:
        import httpx

        key = self._key()
        until = time.monotonic() + patience_s
        attempt = 0
        while True:
            attempt += 1
            response: httpx.Response | None = None
            trouble: httpx.TransportError | None = None
            left = until - time.monotonic()
            try:
                response = self._connection().request(
                    method,
                    self.url + path,
                    json=body,
                    headers={"Authorization": f"Bearer {key}"},
                    timeout=max(min(self._timeout_s, left), 0.1),
                )
            except httpx.TransportError as error:
                trouble = error
            except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
                section = self._words.section
                raise self.failure(
                    "的地址或密钥写得不对", f"请检查 {section}base_url 与 {section}api_key_env"
                ) from error
            if response is not None and response.is_success:
                return self._json(response)
            if method == "GET" and response is not None and response.status_code in (404, 405):
                return None
            self.interruptions += response is None or response.status_code >= 500
            wait = _backoff_s(attempt, response)
            if not self._may_pass(attempt, response, trouble) or time.monotonic() + wait >= until:
                raise self._explained(response, trouble, key, wait) from trouble
            time.sleep(wait)

    def _connection(self) -> httpx.Client:
        with self._lock:
            if self._client is None:
                self._client = proxies.client(self.url)
            return self._client

    def _may_pass(
        self, attempt: int, response: httpx.Response | None, trouble: httpx.TransportError | None
    ) -> bool:
        import httpx

        if response is not None:
            return response.status_code in _RETRIED_STATUS and "insufficient_quota" not in response.text
        return not (isinstance(trouble, httpx.ConnectError) and attempt >= _REFUSED_TRIES) and not isinstance(
            trouble, httpx.UnsupportedProtocol
        )

    def _json(self, response: httpx.Response) -> Any:
        try:
            return response.json()
        except ValueError as error:
            raise self.failure(
                "回答的不是 JSON", f"请检查 {self._words.section}base_url 是否指向模型接口"
            ) from error

    def _explained(
        self, response: httpx.Response | None, trouble: httpx.TransportError | None, key: str, wait: float
    ) -> GuanchaoError:
        import httpx

        words = self._words
        if response is None:
            if isinstance(trouble, httpx.TimeoutException) and not isinstance(trouble, httpx.ConnectTimeout):
                return self.failure(
                    "迟迟没有回答", f"请看服务是否过载，或调大 {words.section}timeout_s、调小 {words.batch}"
                )
            if isinstance(trouble, httpx.UnsupportedProtocol):
                return self.failure(
                    "不是可用的地址", f"请检查 {words.section}base_url，它以 http:// 或 https:// 开头"
                )
            return self.failure("连不上", f"请检查 {words.section}base_url、网络与服务是否在运行")
        said = reason(response, key)
        match response.status_code:
            case 401 | 403:
                return self.failure(
                    f"不接受密钥（{said}）", f"请检查 {words.section}api_key_env 指向的环境变量"
                )
            case 402 | 429:
                later = f"，接口要求 {wait:.0f} 秒后再试" if "retry-after" in response.headers else ""
                return self.failure(f"的额度或频率已用尽（{said}）{later}", "请稍后再试、充值或换一个接口")
            case 404 | 405:
                return self.failure(
                    f"没有这个地址，或没有模型 {self._model}（{said}）",
                    f"请检查 {words.section}base_url 与 {words.model}",
                )
            case 400 | 413 | 422:
                return self.failure(
                    f"不接受这批文字（{said}）",
                    f"请调小 {words.batch}，或换一个能读更长文字的模型",
                )
            case status:
                return self.failure(f"出错（{with_status(status, said)}）", "请查看该服务的日志，稍后再试")


def in_batches(
    work: Callable[[Sequence[_In]], list[_Out]], items: Sequence[_In], size: int, at_once: int
) -> list[_Out]:
    """`work` on pieces of at most `size` items, `at_once` of them in flight; results in order. The first error ends it."""
    pieces = [items[i : i + size] for i in range(0, len(items), size)]
    if len(pieces) < 2:
        return [found for piece in pieces for found in work(piece)]
    with ThreadPoolExecutor(min(at_once, len(pieces)), thread_name_prefix="endpoint") as pool:
        running = [pool.submit(work, piece) for piece in pieces]
        try:
            return [found for future in running for found in future.result()]
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _backoff_s(attempt: int, response: httpx.Response | None) -> float:
    """Seconds until the next retry: what the endpoint asks for, else exponential backoff with jitter."""
    asked = _retry_after(response.headers.get("retry-after", "")) if response is not None else None
    if asked is not None:
        return asked
    wait: float = min(_FIRST_WAIT_S * 2 ** (attempt - 1), _LONGEST_WAIT_S)
    return wait * random.uniform(0.75, 1.25)


def _retry_after(value: str) -> float | None:
    """Seconds, from either form of the header."""
    if value.strip().isdigit():
        return float(value)
    try:
        return max((parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds(), 0.0)
    except (ValueError, TypeError):
        return None


_SAYS = (
    "error",
    "message",
    "detail",
    "msg",
    "error_msg",
    "errmsg",
    "error_message",
    "status_msg",
    "base_resp",
    "errors",
)
"""Where endpoints put what went wrong: OpenAI and Ollama, DashScope, FastAPI, Zhipu, Qianfan, MiniMax, ..."""


class Answered(Protocol):
    """A response, of whichever HTTP library."""

    status_code: int

    @property
    def text(self) -> str:
        """The body."""

    def json(self) -> Any:
        """The body read as JSON. Raises ValueError."""


def with_status(status: int, said: str) -> str:
    """The status, and what was said beside it."""
    alone = f"HTTP {status}"
    return alone if said == alone else f"{alone}：{said}"


def said_in(data: Any) -> str:
    """What an endpoint's JSON says of an error, by whichever of their names for it; "" where it says nothing of one."""
    if isinstance(data, str):
        return data
    if isinstance(data, list):
        return "；".join(filter(None, map(said_in, data)))
    return (
        next(filter(None, (said_in(data.get(name)) for name in _SAYS)), "") if isinstance(data, dict) else ""
    )


def reason(response: Answered, key: str) -> str:
    """The endpoint's own words, in one line, without the key, or what looks like one."""
    try:
        data = response.json()
        text = said_in(data) or str(data)
    except ValueError:
        text = "" if "<" in response.text else response.text
    text = _LIKE_A_KEY.sub("…", text.replace(key, "…") if key else text)
    line = " ".join(text.split())[:_MESSAGE_CHARS]
    return line or f"HTTP {response.status_code}"
