"""What a new folder begins with: the commented configuration and the sample articles, out of the installed program."""

from __future__ import annotations

import re
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path

import docs_store
from docs_store.errors import GuanchaoError, os_reason

_NAME = "config.yaml"
_PACKAGE = Path(docs_store.__file__).parent


class FolderInUseError(GuanchaoError):
    """The folder has a configuration already, or cannot be written."""


def write(folder: Path) -> int:
    """Writes both into `folder`, overwriting nothing. Returns how many articles were put there.

    Raises:
        FolderInUseError: it has a configuration already, or cannot be written.
    """
    config, articles = folder / _NAME, folder / "articles"
    if config.exists():
        raise FolderInUseError(f"{config} 已经存在，没有改动；请换一个文件夹，或先移走它。")
    try:
        articles.mkdir(parents=True, exist_ok=True)
        count = 0
        for sample in _samples():
            target = articles / sample.name
            if not target.exists():
                target.write_bytes(sample.read_bytes())
                count += 1
        config.write_text(_config(), encoding="utf-8")
    except OSError as error:
        raise FolderInUseError(f"写不进 {folder}（{os_reason(error)}），请检查路径与权限。") from error
    return count


def _config() -> str:
    """The documented configuration, with folders that read well outside a clone."""
    text = _template().read_text(encoding="utf-8")
    for key, inside, outside in (
        ("path", "docs_store/index", "index"),
        ("articles", "docs_store/articles", "articles"),
    ):
        text, found = re.subn(
            rf"^(  {key}: ){inside}( *#)", rf"\g<1>{outside}\g<2>", text, flags=re.MULTILINE
        )
        assert found == 1, f"config.yaml no longer says {key}: {inside}"
    return text


def _template() -> Path:
    """config.yaml of the clone, or where the wheel put it."""
    beside = _PACKAGE.parent / _NAME
    if beside.is_file():
        return beside
    return next(iter(_installed(_NAME)))


def _samples() -> list[Path]:
    """The sample articles of the clone, or where the wheel put them."""
    return sorted((_PACKAGE / "articles").glob("*.md")) or _installed("articles/*.md")


def _installed(pattern: str) -> list[Path]:
    """Files that the wheel put under share/guanchao. Raises FolderInUseError where there are none."""
    with suppress(PackageNotFoundError):
        found = [
            Path(str(file.locate())) for file in files("guanchao") or () if file.match(f"guanchao/{pattern}")
        ]
        if there := sorted(path for path in found if path.is_file()):
            return there
    raise FolderInUseError("安装不完整，找不到配置模板与示例文章，请重新安装 guanchao。")
