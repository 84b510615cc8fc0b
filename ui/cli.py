"""`guanchao`: the command line. Exit codes: 0 done, 1 failed, 2 wrong usage, 3 nothing indexed, 4 mismatch."""

from __future__ import annotations

import json
import signal
import sys
import time
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TextIO

import typer

from docs_store.errors import GuanchaoError, NothingIndexedError, StoreMismatchError
from settings import Settings, SettingsError, load_settings
from ui import quiet, strings

if TYPE_CHECKING:
    from docs_store.models import Hit, SearchFilter
    from rag import Answer, PolicyQA, Turn

app = typer.Typer(
    help=strings.APP_HELP, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False
)
models_app = typer.Typer(help="查看与下载模型。", no_args_is_help=True)
app.add_typer(models_app, name="models")

AsJson = Annotated[bool, typer.Option("--json", help="在标准输出上只输出 JSON。")]
Extractive = Annotated[bool, typer.Option("--extractive", help="不用语言模型，直接摘录原文回答。")]


@dataclass(slots=True)
class _State:
    config: Path | None = None
    debug: bool = False


_state = _State()


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        print(f"guanchao {version('guanchao')}")
        raise typer.Exit


@app.callback()
def _main(
    config: Annotated[
        Path | None, typer.Option("--config", help="配置文件，默认是当前文件夹的 config.yaml。")
    ] = None,
    debug: Annotated[bool, typer.Option("--debug", help="出错时显示完整的调用栈。")] = False,
    _: Annotated[
        bool, typer.Option("--version", help="显示版本。", callback=_version, is_eager=True)
    ] = False,
) -> None:
    _state.config, _state.debug = config, debug
    quiet.hush(debug=debug)


def main() -> None:
    """Runs the command line; known errors become one line on stderr and an exit code."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    try:
        app()
    except GuanchaoError as error:
        _fail(str(error))
        raise SystemExit(_code(error)) from None
    except KeyboardInterrupt:
        _fail(strings.INTERRUPTED)
        raise SystemExit(130) from None
    except Exception as error:  # the boundary: nothing past it shows a traceback without --debug
        _fail(strings.UNEXPECTED.format(error=f"{type(error).__name__}: {error}"))
        raise SystemExit(1) from None


def _fail(message: str) -> None:
    if _state.debug:
        traceback.print_exc()
    print(f"{strings.ERROR}{message}", file=sys.stderr)


def _code(error: Exception) -> int:
    if isinstance(error, NothingIndexedError):
        return 3
    if isinstance(error, StoreMismatchError):
        return 4
    return 2 if isinstance(error, SettingsError) else 1


def _settings() -> Settings:
    return load_settings(_state.config)


def _emit(data: Any) -> None:
    print(json.dumps(data, ensure_ascii=False))


def _say(text: str = "") -> None:
    print(text, file=sys.stderr, flush=True)


@models_app.command("fetch")
def models_fetch(
    names: Annotated[list[str] | None, typer.Argument(help="模型名，默认是配置里用到的。")] = None,
) -> None:
    """下载模型，逐份校验，可断点续传。"""
    from docs_store import weights

    settings = _settings()
    configured = [
        section.model
        for section in (settings.embedding, settings.llm)
        if section.base_url is None and section.model in weights.CATALOGUE
    ]
    for name in names or configured:
        fresh = True
        for state in weights.states():
            if state.spec.name == name:
                fresh = not state.present
                _say(f"{state.spec.title}  许可：{state.spec.licence_note}")
        _fetch(name, bar=fresh and sys.stderr.isatty())


def _fetch(name: str, *, bar: bool) -> None:
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    from docs_store import weights

    if not bar:
        _say(f"  {weights.fetch(name)}")
        return
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task(name)
        weights.fetch(
            name, lambda label, done, all: progress.update(task, description=label, completed=done, total=all)
        )


@models_app.command("list")
def models_list(as_json: AsJson = False) -> None:
    """列出可下载的模型、许可与是否已在本机。"""
    from docs_store import weights

    rows = [
        {
            "name": s.spec.name,
            "kind": s.spec.kind,
            "licence": s.spec.licence,
            "size_bytes": s.spec.size_bytes,
            "present": s.present,
            "path": str(s.path),
        }
        for s in weights.states()
    ]
    if as_json:
        _emit(rows)
        return
    for s in weights.states():
        print(f"{s.spec.name}  {s.spec.size_bytes / 1e6:.0f} MB  {'已下载' if s.present else '未下载'}")
        print(f"    {s.spec.title}；{s.spec.licence_note}")


@app.command()
def ingest(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="文件或文件夹，默认是配置里的文章文件夹。")
    ] = None,
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help="在旁边新建索引，成功后替换旧的；删去的文字不留痕迹。")
    ] = False,
    prune: Annotated[bool, typer.Option("--prune", help="删去来源文件已不存在的文章。")] = False,
    remove: Annotated[
        list[str] | None,
        typer.Option("--remove", help="删去这个来源（文件、文件夹或 文件#编号）的文章，可重复。"),
    ] = None,
    explain: Annotated[bool, typer.Option("--explain", help="说明清理时去掉了哪些行。")] = False,
    as_json: AsJson = False,
) -> None:
    """收录文章：新增、更新、跳过未变的。"""
    from ui import handover, ingest_view

    if remove and (paths or rebuild or prune):
        raise typer.BadParameter("--remove 单独使用，不与路径、--rebuild、--prune 同写。")
    settings = _settings()
    work = handover.Work(
        [str(path.absolute()) for path in paths or [settings.articles_path]],
        list(remove or ()),
        rebuild,
        prune,
    )
    with ingest_view.progress_bar() as progress:
        report = handover.hand_over(settings, work, progress) or handover.carry_out(settings, work, progress)
    if as_json:
        _emit(report)
    else:
        ingest_view.show(report, explain=explain)
    if report["failed"] and not (
        report["added"] or report["updated"] or report["unchanged"] or report["duplicates"]
    ):
        raise typer.Exit(1)


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()
    except ValueError:
        raise typer.BadParameter(f"{text} 不是日期，请写成 2025-01-20 这样。") from None


def _where(since: str | None, until: str | None, source: str | None) -> SearchFilter:
    from docs_store.models import SearchFilter

    return SearchFilter(_day(since), _day(until), source)


@app.command()
def search(
    question: Annotated[str | None, typer.Argument(help="要找的内容。")] = None,
    k: Annotated[int, typer.Option("-k", min=1, max=100, help="返回多少段。")] = 10,
    since: Annotated[str | None, typer.Option(help="只要这一天及以后发布的，如 2025-01-01。")] = None,
    until: Annotated[str | None, typer.Option(help="只要这一天及以前发布的。")] = None,
    source: Annotated[str | None, typer.Option(help="只要这个文件、文件夹或发布机构的。")] = None,
    batch: Annotated[Path | None, typer.Option(help="问题文件（.jsonl）。")] = None,
    out: Annotated[Path | None, typer.Option(help="批量结果写到这里。")] = None,
    as_json: AsJson = False,
) -> None:
    """只检索，不回答。"""
    where = _where(since, until, source)
    if (batch is None) == (question is None) or (batch is None) != (out is None):
        raise typer.BadParameter("请写一个问题，或同时给出 --batch 与 --out。")
    with _open(extractive=True) as qa:
        if question is not None:
            hits = qa.search(question, k, where)
            if as_json:
                _emit([_hit(h) for h in hits])
            elif not hits:
                print(strings.NO_HITS)
            for number, hit in enumerate([] if as_json else hits, start=1):
                print(
                    f"{number}. 《{hit.article.title}》 {_origin(hit)}  {hit.score:.3f}\n   {hit.passage.text}\n"
                )
            return
        assert batch and out
        qa.warm_up()
        with out.open("w", encoding="utf-8") as file:
            for row in _rows(batch):
                began = time.monotonic()
                hits = qa.search(str(row["question"]), k, where)
                ms = round((time.monotonic() - began) * 1000, 2)
                _line(file, {"id": row.get("id"), "hits": [_hit(h) for h in hits], "ms": ms})


def _hit(hit: Hit) -> dict[str, Any]:
    return {
        "article_id": hit.article.id,
        "passage_id": hit.passage.id,
        "score": round(hit.score, 5),
        "title": hit.article.title,
        "text": hit.passage.text,
    }


def _origin(hit: Hit) -> str:
    return f"{hit.article.issuer or strings.NO_ISSUER} {hit.article.published_on or strings.NO_DATE}"


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    """The good lines of a question file; bad ones are reported and passed over."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise GuanchaoError(f"读不了 {path}，请检查路径与编码（UTF-8）。") from error
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                row = json.loads(line)
                if not isinstance(row["question"], str):
                    raise TypeError
            except (ValueError, KeyError, TypeError):
                _say(f"{path} 第 {number} 行没有 question，已跳过。")
                continue
            yield row


def _line(file: TextIO, data: dict[str, Any]) -> None:
    file.write(json.dumps(data, ensure_ascii=False) + "\n")
    file.flush()


def _open(*, extractive: bool, with_store: bool = True) -> PolicyQA:
    from rag import PolicyQA

    return PolicyQA.open(settings=_settings(), extractive=extractive, with_store=with_store)


@app.command()
def ask(
    question: Annotated[str | None, typer.Argument(help="问题。")] = None,
    extractive: Extractive = False,
    batch: Annotated[Path | None, typer.Option(help="问题文件（.jsonl）。")] = None,
    out: Annotated[Path | None, typer.Option(help="批量答案写到这里，一行一个。")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="接着上次中断的地方写。")] = False,
    as_json: AsJson = False,
) -> None:
    """回答一个问题，句句有出处。"""
    if (batch is None) == (question is None) or (batch is None) != (out is None):
        raise typer.BadParameter("请写一个问题，或同时给出 --batch 与 --out。")
    if batch and out:
        _ask_batch(batch, out, extractive=extractive, resume=resume)
        return
    assert question is not None
    with _open(extractive=extractive) as qa:
        if as_json:
            answer = qa.ask(question)
            _emit(answer.to_dict())
        else:
            answer = _show(qa, question, [])
        _model_failed(answer, extractive=extractive)


def _model_failed(answer: Answer, *, extractive: bool) -> None:
    """A model that could not answer is a failure, though quotes were given; say so with the exit code."""
    if answer.notice and not extractive:
        _say(f"{strings.ERROR}{answer.notice}")
        raise typer.Exit(1)


def _ask_batch(batch: Path, out: Path, *, extractive: bool, resume: bool) -> None:
    from rag import Turn

    rows = list(_rows(batch))
    done = {str(row.get("id")) for row in _existing(out)} if resume else set()
    with_store = any("passages" not in row for row in rows)
    with (
        _open(extractive=extractive, with_store=with_store) as qa,
        out.open("a" if resume else "w", encoding="utf-8") as file,
    ):
        failed = None
        for number, row in enumerate(rows, start=1):
            if str(row.get("id")) in done:
                continue
            history = [Turn(t["question"], t["answer"]) for t in row.get("history") or []]
            if "passages" in row:
                answer = qa.answer_from(row["question"], row["passages"], history)
            else:
                answer = qa.ask(row["question"], history)
            _line(file, answer.to_dict(row.get("id")))
            failed = answer if answer.notice else failed
            if sys.stderr.isatty():
                print(f"\r{number}/{len(rows)}", end="", file=sys.stderr, flush=True)
    if failed:
        _model_failed(failed, extractive=extractive)


def _existing(out: Path) -> Iterator[dict[str, Any]]:
    if out.exists():
        for line in out.read_text(encoding="utf-8").splitlines():
            try:
                yield json.loads(line)
            except ValueError:  # the line that a kill cut short; its question is asked again
                continue


def _show(qa: PolicyQA, question: str, history: list[Turn]) -> Answer:
    """Streams one answer to the terminal: the draft to stderr, the checked answer to stdout."""
    answer = None
    for event in qa.stream(question, history):
        if event.stage == "reading" and event.hits:
            _say("检索到：" + "；".join(f"《{h.article.title}》" for h in event.hits[:3]))
        elif event.stage == "delta" and sys.stderr.isatty():
            print(f"\x1b[2m{event.text}\x1b[0m", end="", file=sys.stderr, flush=True)
        answer = event.answer or answer
    assert answer is not None
    _say()
    if answer.refusal:
        print(strings.REFUSALS[answer.refusal])
        for hit in answer.hits[:3]:
            print(
                f"  {strings.NEAREST}：《{hit.article.title}》 {_origin(hit)}\n    {hit.passage.text[:80]}…"
            )
    else:
        print(answer.text)
        for c in answer.citations:
            print(
                f"  [{c.marker}] 《{c.title}》 {c.issuer or strings.NO_ISSUER} {c.published_on or strings.NO_DATE}"
            )
            print(f"      “{c.quote}”")
    return answer


@app.command()
def chat(extractive: Extractive = False) -> None:
    """在终端里连续问答；/new 新对话，/exit 退出。"""
    from rag import Turn

    history: list[Turn] = []
    with _open(extractive=extractive) as qa:
        _say(strings.APP_HELP + "（/new 新对话，/exit 退出）")
        while True:
            try:
                question = input("问：").strip()
            except EOFError:
                return
            if question == "/exit":
                return
            if question == "/new":
                history = []
            elif question:
                answer = _show(qa, question, history)
                if answer.notice:
                    _say(answer.notice)
                history.append(Turn(question, answer.text))


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="监听地址，默认只限本机。")] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="端口，默认 7860。")] = None,
    extractive: Extractive = False,
) -> None:
    """打开网页聊天。"""
    settings = _settings()
    host = host if host is not None else settings.serve.host
    port = port if port is not None else settings.serve.port
    from contextlib import nullcontext

    from ui import handover, web

    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends as Ctrl-C does: models and index closed
    port = web.claim_port(host, port)
    with _open(extractive=extractive) as qa:
        _say("正在载入模型（约 10–20 秒）…")
        qa.warm_up()
        taking = handover.HandoverServer(qa.store, settings) if qa.store else nullcontext()
        with taking:
            web.serve(qa, host, port, lambda url: _say(strings.SERVING.format(url=url)))


@app.command()
def status(as_json: AsJson = False) -> None:
    """文章与段落数、磁盘、模型、三处存储是否一致。"""
    from docs_store import weights
    from docs_store.store import DocsStore

    settings = _settings()
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
        "fingerprint": report.fingerprint,
        "models": [{"name": s.spec.name, "present": s.present} for s in weights.states()],
    }
    if as_json:
        _emit(data)
    else:
        print(f"文章 {report.articles} 篇，段落 {report.passages} 个，磁盘 {report.disk_bytes / 1e6:.1f} MB")
        print(
            f"向量 {report.vectors}，词法索引 {report.lexical}，三处{'一致' if report.agrees else '不一致，请再运行一次 guanchao ingest'}"
        )
        for name, value in report.fingerprint.items():
            print(f"  {name}: {value}")
    if not report.agrees:
        raise typer.Exit(1)


@app.command(name="eval")
def evaluate(
    questions: Annotated[Path, typer.Argument(help="问题文件（.jsonl）。")],
    report: Annotated[Path | None, typer.Option(help="把报告写到这个文件夹。")] = None,
    extractive: Extractive = False,
    as_json: AsJson = False,
) -> None:
    """用带标准答案的问题检验回答。"""
    from rag.evaluate import evaluate as run
    from rag.evaluate import load_questions

    loaded = load_questions(questions)
    with _open(extractive=extractive) as qa:
        qa.warm_up()

        def progress(done: int, total: int) -> None:
            if sys.stderr.isatty():
                print(f"\r{done}/{total}", end="", file=sys.stderr, flush=True)

        result = run(qa, loaded, progress).to_dict()
    if report:
        report.mkdir(parents=True, exist_ok=True)
        (report / "report.json").write_text(
            json.dumps(result, ensure_ascii=False, indent=1), encoding="utf-8"
        )
    if as_json:
        _emit(result)
        return
    print(
        f"答对 {result['right']}/{result['answerable']}（其中引文含依据 {result['cited']}），"
        f"误拒 {result['refused_wrongly']}；应拒而拒 {result['refused']}/{result['unanswerable']}"
    )
    for row in result["rows"]:
        if not row["right"]:
            print(f"  ✗ {row['id']} {row['question']} → {row['answer'] or row['refusal']}")


if __name__ == "__main__":
    main()
