"""`guanchao status`: what the index holds and whether it agrees with itself."""

from __future__ import annotations

import typer

from ui import console
from ui.console import AsJson


def status(as_json: AsJson = False) -> None:
    """文章与段落数、磁盘、模型、三处存储是否一致。"""
    from docs_store import weights
    from docs_store.store import DocsStore

    settings = console.settings()
    with DocsStore.open(settings) as store:
        report = store.verify()
    data = {
        "articles": report.articles,
        "passages": report.passages,
        "vectors": report.vectors,
        "lexical": report.lexical,
        "agree": report.agrees,
        "disk_bytes": report.disk_bytes,
        "index": str(settings.index_path),
        "backend": report.location.backend,
        "url": report.location.address,
        "generation": report.location.generation,
        "behind": report.location.behind,
        "fingerprint": report.fingerprint,
        "models": [{"name": s.spec.name, "present": s.present} for s in weights.states()],
    }
    if as_json:
        console.emit(data)
    else:
        print(f"文章 {report.articles} 篇，段落 {report.passages} 个，磁盘 {report.disk_bytes / 1e6:.1f} MB")
        print(
            f"向量 {report.vectors}，词法索引 {report.lexical}，三处{'一致' if report.agrees else '不一致，请再运行一次 guanchao ingest'}"
        )
        location = report.location
        if location.generation is not None:
            lag = f"落后 {location.behind} 条改动" if location.behind else "副本最新"
            print(f"共享索引 {location.backend} {location.address}，版本 {location.generation}，{lag}")
        for name, value in report.fingerprint.items():
            print(f"  {name}: {value}")
    if not report.agrees:
        raise typer.Exit(1)
