"""Who is at the page: names and passwords, roles, sessions that end, and how much one may ask."""

from __future__ import annotations

import hashlib
import math
import secrets
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

from docs_store.errors import GuanchaoError
from docs_store.journal.passwords import Passwords
from docs_store.settings import PageSettings, User
from ui import strings
from ui.rate_limit import RateLimiter

COOKIE = "guanchao_session"
_TRIES = 8  # wrong passwords for a name within _LOCKED seconds, then it waits
_LOCKED = 300.0
_SESSIONS = 10_000


_SHORTEST = 8  # characters of a password


class TooManyQuestionsError(GuanchaoError):
    """The user asked too much in a minute."""


class PasswordError(GuanchaoError):
    """The password cannot be changed; the message says why."""


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

    def __init__(
        self,
        settings: PageSettings,
        key_login: KeyCheck | None = None,
        passwords: Passwords | None = None,
    ) -> None:
        """With whom the settings name.

        Args:
            settings: users, and how long they stay logged in.
            key_login: lets in whoever has an API key, as a reader, where keys guard the server.
            passwords: those that users chose themselves; None where they cannot.
        """
        self._settings, self._key_login, self._passwords = settings, key_login, passwords
        self._users: dict[str, User] = {user.name: user for user in settings.users}
        self._sessions: OrderedDict[str, tuple[str, float]] = OrderedDict()
        self._wrong: dict[str, deque[float]] = {}
        self._rates = RateLimiter(settings.questions_per_minute)
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

    def users(self) -> list[Person]:
        """Those whom the settings name."""
        return [self.person(name) for name in self._users]

    def log_in(self, name: str, password: str) -> str | None:
        """A session's token, or None: wrong, or too many wrong ones lately."""
        name = name.strip()
        now = time.monotonic()
        if not self._tried(name, password):
            return None
        token = secrets.token_urlsafe(32)
        with self._lock:
            self._sessions[token] = (name, now + self._settings.session_hours * 3600)
            while len(self._sessions) > _SESSIONS:
                self._sessions.popitem(last=False)
        return token

    def locked(self, name: str) -> bool:
        """True while a name has had too many wrong passwords to try another."""
        with self._lock:
            wrong = self._wrong.get(name.strip(), deque())
            return len(wrong) == _TRIES and time.monotonic() - wrong[0] < _LOCKED

    def _tried(self, name: str, password: str) -> bool:
        """Whether the password is the name's; wrong ones are counted, and too many lock it."""
        if self.locked(name):
            return False
        right = self._right(name, password)
        with self._lock:
            if right:
                self._wrong.pop(name, None)
            else:
                if len(self._wrong) > _SESSIONS:
                    self._wrong.clear()
                self._wrong.setdefault(name, deque(maxlen=_TRIES)).append(time.monotonic())
        return right

    def may_change(self, name: str) -> bool:
        """True for a user who has a password here, and not a key."""
        return self._passwords is not None and name in self._users

    def change_password(self, name: str, old: str, new: str, token: str) -> None:
        """Gives a user the password that they chose, and ends their other sessions.

        Raises:
            PasswordError: they have none here, the old one is wrong, or the new one is too short.
        """
        if self._passwords is None or name not in self._users:
            raise PasswordError(strings.PASSWORD_NOT_HERE)
        if self.locked(name):
            raise PasswordError(strings.LOGIN_LOCKED)
        if not self._tried(name, old):
            raise PasswordError(strings.PASSWORD_WRONG)
        if len(new) < _SHORTEST:
            raise PasswordError(strings.PASSWORD_SHORT)
        self._passwords.choose(name, hash_password(new), self._users[name].password)
        with self._lock:
            for other in [key for key, (who, _) in self._sessions.items() if who == name and key != token]:
                del self._sessions[other]

    def _right(self, name: str, password: str) -> bool:
        user = self._users.get(name)
        hash = user.password if user else self._nobody
        if user and self._passwords is not None:
            hash = self._passwords.chosen(name, hash) or hash
        _, salt, digest = hash.split("$")
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

    def visitor(self, token: str | None, address: str | None = None) -> Person | None:
        """The person of a session's token; None where a login is needed and there is none."""
        name = self.name_of(token)
        return None if self.required and name is None else self.person(name, address)

    def person(self, name: str | None, address: str | None = None) -> Person:
        """The person of a login name. Without login everybody edits, and others' machines have their own lists."""
        if not self.required:
            return Person("" if address in (None, "127.0.0.1", "::1") else f"@{address}", True)
        user = self._users.get(name or "")
        return Person(name or "?", user is not None and user.role == "editor")

    def count_question(self, person: Person) -> None:
        """Counts a question. Raises TooManyQuestionsError."""
        if wait := math.ceil(self._rates.wait(person.name)):
            most = self._settings.questions_per_minute
            raise TooManyQuestionsError(f"一分钟内最多提问 {most} 次，请在 {wait} 秒后再问。")
