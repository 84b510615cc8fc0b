"""Settings from config.yaml and the environment, with every name checked."""

from __future__ import annotations

import difflib
import json
import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pydantic_settings
import yaml
from pydantic import BaseModel, PrivateAttr, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from docs_store import misfit
from docs_store.errors import GuanchaoError, os_reason
from docs_store.settings.sections import (
    AnswerSettings,
    EmbeddingSettings,
    ExportSettings,
    IngestSettings,
    LlmSettings,
    PageSettings,
    RetrievalSettings,
    ServeSettings,
    StoreSettings,
    VerifySettings,
)

ENV_PREFIX = "GUANCHAO_"
DEFAULT_CONFIG = Path("config.yaml")
_DEEPEST = 50  # levels of a configuration
_VALUE_CHARS = 60  # of a value that is shown in an error
# libyaml, ten times as quick, where PyYAML was built with it
_YAML_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class SettingsError(GuanchaoError):
    """The configuration cannot be used. The message names the key and the next step, in Chinese."""


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
    except pydantic_settings.SettingsError as error:
        raise SettingsError(_explain_environment()) from error
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


class _Loader(_YAML_LOADER):  # type: ignore[misc, valid-type]
    """Tells of a key that is written twice, of which the first would be lost without a word."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value != "<<":
                if key.value in seen:
                    raise _TwiceError(key.value, key.start_mark.line + 1)
                seen.add(key.value)
        made: dict[Any, Any] = super().construct_mapping(node, deep)
        return made


class _TwiceError(ValueError):
    """A key that is written twice: its name, and its line the second time."""


def _read_yaml(path: Path) -> dict[str, Any]:
    try:
        text = path.read_text(encoding="utf-8-sig")
        if _is_too_deep(text):
            raise yaml.YAMLError
        data = yaml.load(text, _Loader)
    except OSError as error:
        raise SettingsError(f"读不了配置文件 {path}（{os_reason(error)}），请检查路径与权限。") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"配置文件 {path} 不是 UTF-8 编码（也许是 GBK），请以 UTF-8 另存。") from error
    except _TwiceError as error:
        name, line = error.args
        raise SettingsError(f"配置文件 {path} 第 {line} 行又写了一次 {name}，请把两处合在一起。") from error
    except (yaml.YAMLError, ValueError) as error:  # ValueError: a date that does not exist, and the like
        mark = getattr(error, "problem_mark", None)
        where = f"第 {mark.line + 1} 行" if mark else "文件中"
        raise SettingsError(f"配置文件 {path} {where}不是合法的 YAML。请检查缩进和冒号后的空格。") from error
    if data is None:
        return {}
    if not isinstance(data, dict):
        raise SettingsError(f"配置文件 {path} 应由“部分: 键: 值”组成。请对照 README 修改。")
    return data


def _is_too_deep(text: str) -> bool:
    """True when lists and mappings lie so deep in each other that they would exhaust the stack of the C parser."""
    depth = 0
    for event in yaml.parse(text, _YAML_LOADER):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST:
            return True
    return False


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
    given = "" if first["type"] == "missing" or "password" in key else f" = {_shown(first['input'])}"
    return f"{path} 或环境变量：{key}{given} 不可用：{misfit.reason(first)}。请修改后再试。"


def _shown(value: Any) -> str:
    text = "null" if value is None else str(value)
    text = "".join(c if c.isprintable() else "�" for c in text)
    return f"“{text[:_VALUE_CHARS]}”" + ("…" if len(text) > _VALUE_CHARS else "")


def _explain_environment() -> str:
    """Which variable of a list is not written as one."""
    for name, value in os.environ.items():
        section, _, key = name.upper().removeprefix(ENV_PREFIX).lower().partition("__")
        if name.upper().startswith(ENV_PREFIX) and key in _sections().get(section, ()):
            default = getattr(Settings.model_fields[section].default, key)
            if isinstance(default, tuple) and not _is_json(value):
                return f'环境变量 {name} = {_shown(value)} 不可用：这一项是列表，要写成 JSON，如 ["a","b"]。请修改后再试。'
    return "环境变量里有一项不可用：列表要写成 JSON。请修改后再试。"


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True
