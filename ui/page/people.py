"""Who is at the page: names and passwords, roles, sessions that end, and how much one may ask."""

from __future__ import annotations

import hashlib
import secrets
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

from docs_store.errors import GuanchaoError
from docs_store.settings import PageSettings, User

_TRIES = 8  # wrong passwords for a name within _LOCKED seconds, then it waits
_LOCKED = 300.0
_SESSIONS = 10_000


class TooManyQuestionsError(GuanchaoError):
    """The user asked too much in a minute."""


@dataclass(frozen=True, slots=True)
class Person:
    """Whoever uses the page; `name` is '' where nobody logs in."""

    name: str
    editor: bool


def hash_password(password: str) -> str:
    """A salted scrypt hash for config.yaml."""
    salt = secrets.token_bytes(16)
    return f"scrypt${salt.hex()}${_scrypt(password, salt).hex()}"


def _scrypt(password: str, salt: bytes) -> bytes:
    return hashlib.scrypt(password.encode(), salt=salt, n=2**14, r=8, p=1, dklen=32)


KeyCheck = Callable[[str, str], bool]


class People:
    """Logs people in and remembers them by a random token. Thread-safe; sessions end with the process."""

    def __init__(self, settings: PageSettings, key_login: KeyCheck | None = None) -> None:
        """`key_login` lets in whoever has an API key, as a reader, where keys guard the server."""
        self._settings, self._key_login = settings, key_login
        self._users: dict[str, User] = {user.name: user for user in settings.users}
        self._sessions: OrderedDict[str, tuple[str, float]] = OrderedDict()
        self._wrong: dict[str, deque[float]] = {}
        self._asked: dict[str, deque[float]] = {}
        self._lock = Lock()
        self._nobody = hash_password(secrets.token_hex(8))

    @property
    def required(self) -> bool:
        """True when nobody gets in without logging in."""
        return bool(self._users) or self._key_login is not None

    @property
    def by_key(self) -> bool:
        """True when the password asked for is an API key."""
        return not self._users and self._key_login is not None

    def log_in(self, name: str, password: str) -> str | None:
        """A session's token, or None: wrong, or too many wrong ones lately."""
        name = name.strip()
        now = time.monotonic()
        with self._lock:
            wrong = self._wrong.setdefault(name, deque(maxlen=_TRIES))
            if len(self._wrong) > _SESSIONS:
                self._wrong.clear()
            if len(wrong) == _TRIES and now - wrong[0] < _LOCKED:
                return None
        if not self._right(name, password):
            with self._lock:
                wrong.append(now)
            return None
        token = secrets.token_urlsafe(32)
        with self._lock:
            self._wrong.pop(name, None)
            self._sessions[token] = (name, now + self._settings.session_hours * 3600)
            while len(self._sessions) > _SESSIONS:
                self._sessions.popitem(last=False)
        return token

    def _right(self, name: str, password: str) -> bool:
        user = self._users.get(name)
        _, salt, digest = (user.password if user else self._nobody).split("$")
        same = secrets.compare_digest(_scrypt(password, bytes.fromhex(salt)).hex(), digest)
        if user:
            return same
        return bool(name and name not in self._users and self._key_login and self._key_login(name, password))

    def log_out(self, token: str) -> None:
        """Ends a session."""
        with self._lock:
            self._sessions.pop(token, None)

    def name_of(self, token: str | None) -> str | None:
        """Who has this token, None when the session is over."""
        with self._lock:
            name, until = self._sessions.get(token or "", ("", 0.0))
            if time.monotonic() < until:
                return name
            self._sessions.pop(token or "", None)
            return None

    def person(self, name: str | None, address: str | None = None) -> Person:
        """The person of a login name. Without login everybody edits, and others' machines have their own lists."""
        if not self.required:
            return Person("" if address in (None, "127.0.0.1", "::1") else f"@{address}", True)
        user = self._users.get(name or "")
        return Person(name or "?", user is not None and user.role == "editor")

    def count_question(self, person: Person) -> None:
        """Counts a question. Raises TooManyQuestionsError."""
        most = self._settings.questions_per_minute
        if not most:
            return
        now = time.monotonic()
        with self._lock:
            if len(self._asked) > _SESSIONS:
                self._asked.clear()
            asked = self._asked.setdefault(person.name, deque())
            while asked and now - asked[0] > 60:
                asked.popleft()
            if len(asked) >= most:
                wait = int(60 - (now - asked[0])) + 1
                raise TooManyQuestionsError(f"一分钟内最多提问 {most} 次，请在 {wait} 秒后再问。")
            asked.append(now)
