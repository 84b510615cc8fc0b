"""What an install brings, package by package: its size, who asks for it, which commands import it, what of the program needs it.

A part of `benchmarks.start`; sizes are those of the files that each distribution lists as its own.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from importlib.metadata import Distribution, PackageNotFoundError, distribution, packages_distributions
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement

_LISTED_FROM_MB = 5.0
_QUESTION = "如皋建设了几个科创飞地？"
_RUNS = {
    "ingest": ["ingest", "docs_store/articles"],
    "search": ["search", _QUESTION],
    "ask": ["ask", _QUESTION, "--extractive"],
    "status": ["status"],
}
_CLI = "import sys; sys.argv = {argv!r}; from ui.cli import main; main()"
_SERVE = "from ui import quiet; quiet.hush(); import ui.web, ui.http.app, ui.mcp_server"
_TELL = "import atexit, json, sys; atexit.register(lambda: open({out!r}, 'w').write(json.dumps(sorted(sys.modules)))); "
_NEEDED_FOR = {
    "torch": "other embedding models and cross-encoders",
    "transformers": "other embedding models and cross-encoders",
    "sentence-transformers": "other embedding models and cross-encoders",
    "scikit-learn": "a requirement of sentence-transformers",
    "scipy": "a requirement of sentence-transformers",
    "sympy": "a requirement of torch",
    "networkx": "a requirement of torch",
    "mpmath": "a requirement of torch",
    "xllamacpp": "the local language model",
    "gradio": "the page",
    "pandas": "a requirement of gradio",
    "pillow": "the page, OCR, pictures of PDF pages",
    "chromadb": "the index, when it is written or holds over 100,000 passages",
    "kubernetes": "a requirement of chromadb",
    "grpcio": "a requirement of chromadb",
    "onnxruntime": "OCR; a requirement of chromadb too",
    "rapidocr": "OCR of scanned pages",
    "opencv-python-headless": "OCR of scanned pages",
    "opencv-python": "OCR of scanned pages",
    "numpy": "vectors, features",
    "tantivy": "the lexical index",
    "openai": "language models: the client",
    "langchain-core": "language models, retriever and runnable for LangChain",
    "langsmith": "a requirement of langchain-core",
    "tokenizers": "embeddings",
    "pdfminer-six": "tables of PDFs (pdfplumber)",
    "pypdfium2": "PDFs",
    "lxml": "web pages, Word files",
    "babel": "a requirement of trafilatura",
    "cryptography": "a requirement of pdfminer.six",
}


def table() -> list[dict[str, Any]]:
    """One row a package of some size, the largest first, and one for each set of requirements."""
    base = _closure("guanchao", None)
    own = _requirements("guanchao", None)
    rows: list[dict[str, Any]] = []
    sizes = {name: _mb(name) for name in base}
    imported = _imported_by()
    for name in sorted(sizes, key=lambda n: -sizes[n]):
        if sizes[name] >= _LISTED_FROM_MB:
            asking = sorted(who for who in base if name in _requirements(who, None))
            asked = ", ".join([*(["guanchao"] if name in own else []), *asking])
            needed = _NEEDED_FOR.get(name, "")
            rows.append(
                {
                    "package": name,
                    "mb": round(sizes[name]),
                    "asked_for_by": asked,
                    "imported_by": ", ".join(imported.get(name, ())),
                    "needed_for": needed,
                }
            )
    total = sum(sizes.values())
    rows.append(
        {"package": "all of the base install", "mb": round(total), "asked_for_by": f"{len(base)} packages"}
    )
    without = {name for name in base if name not in _closure("sentence-transformers", None)} | {
        "numpy",
        "tokenizers",
    }
    kept = sum(sizes[name] for name in without & base)
    rows.append({"package": "of it, what the default way imports or may import", "mb": round(kept)})
    for extra in ("milvus", "ray", "dev"):
        more = _closure("guanchao", extra) - base
        rows.append(
            {
                "package": f"extra [{extra}]",
                "mb": round(sum(_mb(name) for name in more)),
                "asked_for_by": f"{len(more)} packages",
            }
        )
    return rows


def _imported_by() -> dict[str, list[str]]:
    """The commands that import a package: those without a language model, and what serving adds to all of them."""
    owners = packages_distributions()
    found: dict[str, list[str]] = {}
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "modules.json"
        environment = os.environ | {"GUANCHAO_STORE__PATH": f"{folder}/index"}
        codes = {name: _CLI.format(argv=["guanchao", *argv]) for name, argv in _RUNS.items()} | {
            "serve": _SERVE
        }
        for command, code in codes.items():
            command = [sys.executable, "-c", _TELL.format(out=str(out)) + code]
            subprocess.run(command, env=environment, check=True, capture_output=True)
            for module in {name.partition(".")[0] for name in json.loads(out.read_text(encoding="utf-8"))}:
                for owner in owners.get(module, ()):
                    listed = found.setdefault(_plain(owner), [])
                    listed += [] if command in listed else [command]
    return found


def _closure(name: str, extra: str | None) -> set[str]:
    """A package's requirements and theirs, by name; those of the package's `extra` too."""
    found: set[str] = set()
    waiting = list(_requirements(name, extra))
    while waiting:
        one = waiting.pop()
        if one not in found and _found(one) is not None:
            found.add(one)
            waiting += _requirements(one, None)
    return found - {name}


def _requirements(name: str, extra: str | None) -> set[str]:
    package = _found(name)
    names = set()
    for text in (package.requires or []) if package else []:
        wanted = Requirement(text)
        if wanted.marker is None or wanted.marker.evaluate({"extra": extra or ""}):
            names.add(_plain(wanted.name))
            for inner in wanted.extras:
                names |= _requirements(_plain(wanted.name), inner)
    return names


def _found(name: str) -> Distribution | None:
    try:
        return distribution(name)
    except PackageNotFoundError:
        return None


def _mb(name: str) -> float:
    package = _found(name)
    paths = [package.locate_file(file) for file in package.files or []] if package else []
    return sum(path.stat().st_size for path in paths if path.is_file()) / 1e6


def _plain(name: str) -> str:
    return name.lower().replace("_", "-").replace(".", "-")
