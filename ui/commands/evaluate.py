"""`guanchao eval`: answers checked against a file of questions, claims against their verdicts, runs compared, questions drafted."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Any

import typer

from docs_store.errors import GuanchaoError, os_reason
from ui import console, strings
from ui.console import AsJson, Extractive

if TYPE_CHECKING:
    from docs_store.settings import Settings


def evaluate(
    questions: Annotated[
        Path | None,
        typer.Argument(help="问题文件（.jsonl 或 .csv），或以前的报告文件夹（只比较，不再提问）。"),
    ] = None,
    report: Annotated[
        Path | None, typer.Option(help="把报告（report.html、report.json、rows.csv）写到这个文件夹。")
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="接着 --report 文件夹里没做完的做。")] = False,
    compare: Annotated[
        Path | None, typer.Option(help="与以前的报告（文件夹或 report.json）逐题比较。")
    ] = None,
    against: Annotated[
        Path | None, typer.Option(help="先用另一份配置文件做一遍，再与它比较（须加 --report）。")
    ] = None,
    retrieval_only: Annotated[bool, typer.Option("--retrieval-only", help="只检验检索，不回答。")] = False,
    floors: Annotated[
        Path | None, typer.Option(help="底线文件（.json：{指标: 最低值}）；有指标低于它就以 1 退出。")
    ] = None,
    make_questions: Annotated[
        int | None, typer.Option(min=1, help="从已收录的文章里起草这么多道问题，供人核对；须加 --out。")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="起草的问题写到这里（.jsonl 或 .csv）。")] = None,
    from_feedback: Annotated[
        bool, typer.Option("--from-feedback", help="用网页上读者的反馈作问题；写了问题文件则先存到那里。")
    ] = False,
    extractive: Extractive = False,
    as_json: AsJson = False,
) -> None:
    """用带标准答案的问题检验检索与回答，或用已知对错的句子检验核对，不需要任何模型当裁判。"""
    from rag.evaluation.claim_rows import holds_claims
    from ui.evaluation import claims_run

    if make_questions is not None:
        if out is None or questions is not None:
            raise typer.BadParameter("起草问题请用 --make-questions 数量 --out 文件，不写问题文件。")
        _draft(make_questions, out, as_json)
        return
    if questions is None and not from_feedback:
        raise typer.BadParameter("请写问题文件，或用 --from-feedback，或用 --make-questions 起草一份。")
    if (resume or against) and report is None:
        raise typer.BadParameter("--resume 与 --against 需要 --report 文件夹。")
    if compare and against:
        raise typer.BadParameter("--compare 与 --against 只能用一个。")
    limits = _floors(floors) if floors else {}
    if questions is not None and (questions.is_file() and holds_claims(questions)):
        if resume or against or retrieval_only or from_feedback:
            raise typer.BadParameter("检验句子时只用 --report、--compare、--floors 与 --json。")
        claims_run.run(questions, report, compare, limits, as_json)
        return
    mode = "retrieval" if retrieval_only else "extractive" if extractive else "generated"
    settings = console.settings()
    with TemporaryDirectory() as folder:
        asked = questions or Path(folder) / "feedback.jsonl"
        if from_feedback:
            _write_feedback(settings, asked)
        if against and report:
            from docs_store.settings import load_settings

            other = load_settings(against)
            _run(asked, other, mode, report / "against", resume)
            compare = report / "against"
        _show(*_run(asked, settings, mode, report, resume), compare, limits, as_json)


def _write_feedback(settings: Settings, file: Path) -> None:
    """The questions of the audit log, as a question file. Raises NoFeedbackError, GuanchaoError."""
    from docs_store.journal.database import Journal
    from docs_store.journal.feedback import AuditLog
    from ui import feedback_file

    journal = Journal.of(settings)
    try:
        rows, silent = feedback_file.questions(AuditLog(journal).all())
    finally:
        journal.close()
    console.say(strings.EVAL_FEEDBACK.format(rows=len(rows), silent=silent))
    if not rows:
        raise feedback_file.NoFeedbackError(
            "还没有可检验的反馈，请先在网页上给回答点赞，或点踩并写出正确的说法。"
        )
    try:
        file.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    except OSError as error:
        raise GuanchaoError(f"写不了 {file}（{os_reason(error)}），请换一个位置。") from error


def _run(
    questions: Path, settings: Settings, mode: str, report: Path | None, resume: bool
) -> tuple[dict[str, Any], Any]:
    """Asks the questions of a file, or reads an earlier report; returns the report and its folder, if any."""
    from rag import PolicyQA
    from rag.evaluate import evaluate as run
    from rag.evaluate import load_questions
    from ui.evaluation import conditions
    from ui.evaluation.run_folder import RunFolder, read_report

    folder = RunFolder(report) if report else None
    if questions.is_dir():
        return read_report(questions), folder
    loaded = load_questions(questions)
    searching = mode == "retrieval" or any(q.passages is None for q in loaded)
    with PolicyQA.open(settings=settings, extractive=mode != "generated", with_store=searching) as qa:
        qa.warm_up()
        if missing := conditions.missing_articles(qa, loaded):
            console.say(strings.EVAL_MISSING_GOLD.format(missing=missing[0], of=missing[1]))
        state = conditions.describe(qa, settings, questions, mode)
        done = folder.begin(state, loaded, resume=resume) if folder else {}
        with _progress(len(loaded)) as progress:
            result = run(
                qa,
                loaded,
                progress,
                done=done,
                on_row=folder.keep if folder else None,
                retrieval_only=mode == "retrieval",
                run=state,
            ).to_dict()
    if folder:
        folder.finish(result)
    return result, folder


def _show(
    result: dict[str, Any], folder: Any, compare: Path | None, limits: dict[str, float], as_json: bool
) -> None:
    from rag.evaluate import verdict_of
    from rag.evaluation.comparing import compare as compare_runs
    from ui.evaluation.run_folder import read_report

    verdicts = result.pop("verdicts", None) or [verdict_of(row) for row in result["rows"]]
    comparison = None
    if compare:
        comparison = compare_runs(read_report(compare)["verdicts"], verdicts)
        comparison["name"] = compare.name
    page = folder.finish(result, comparison) if folder else None
    below = [
        f"{name} {result['figures'].get(name, {}).get('value', 0.0):.3f} < {least:.3f}"
        for name, least in limits.items()
        if result["figures"].get(name, {}).get("value", 0.0) < least
    ]
    if as_json:
        console.emit(result | ({"comparison": comparison} if comparison else {}))
    else:
        _print(result, comparison)
    if page:
        console.say(strings.EVAL_REPORT.format(page=page))
    if below:
        raise GuanchaoError(strings.EVAL_BELOW.format(list="；".join(below)))


def _print(result: dict[str, Any], comparison: dict[str, Any] | None) -> None:
    from ui.evaluation import page

    if result["answerable"] or result["unanswerable"]:
        print(strings.EVAL_LINE.format(**result))
    if result.get("open"):
        print(strings.EVAL_OPEN.format(open=result["open"], **result["figures"]["key_points"]))
    ranked = [name for name in ("hit@1", "hit@5", "mrr@10", "ndcg@10") if name in result["figures"]]
    if ranked:
        shown = "，".join(
            f"{name} {f['value']:.3f}（{f['low']:.3f}–{f['high']:.3f}）"
            for name in ranked
            for f in [result["figures"][name]]
        )
        print(strings.EVAL_FOUND.format(figures=shown))
    for row in result["rows"]:
        if row["outcome"] and not row["right"]:
            share = "✗" if row.get("points") is None else f"{row['points']:.0%}"
            print(f"  {share} {row['id']} {row['question']} → {row.get('answer') or row.get('refusal')}")
    if comparison:
        print(strings.EVAL_COMPARED.format(p=comparison["p_value"], **comparison))
        for change in comparison["changed"]:
            sign = {"better": "↑", "worse": "↓"}.get(change["direction"], "·")
            before, after = (page.outcome(change[side]) for side in ("before", "after"))
            ranks = f"（排名 {change['before']['rank']} → {change['after']['rank']}）"
            print(f"  {sign} {change['id']} {change['question']} {before} → {after}{ranks}")


def _floors(path: Path) -> dict[str, float]:
    """Figures and their least values. Raises GuanchaoError when the file is not that."""
    try:
        found = json.loads(path.read_text(encoding="utf-8-sig"))
        limits = {str(name): float(least) for name, least in found.items()}
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise GuanchaoError(f'{path} 不是底线文件，应形如 {{"right": 0.9}}，请改正。') from error
    if unknown := [name for name in limits if name not in strings.FIGURES]:
        raise GuanchaoError(
            f"{path}：没有名为 {unknown[0]} 的指标，可用的有 {'、'.join(strings.FIGURES)}。请改名。"
        )
    return limits


@contextmanager
def _progress(total: int) -> Iterator[Callable[[int, int], None] | None]:
    """A bar on stderr; None where that is no terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=total)
        yield lambda done, _: bar.update(task, completed=done)


def _draft(count: int, out: Path, as_json: bool) -> None:
    from docs_store.store import DocsStore
    from rag.evaluate import save_questions
    from rag.evaluation.drafting import draft_questions

    with DocsStore.open(console.settings()) as store:
        drafted = draft_questions(list(store.articles()), count)
    if not drafted:
        raise GuanchaoError(
            "已收录的文章里没有找到程序能核对的事实，起草不了问题；请收录更多文章，或自己写。"
        )
    try:
        save_questions(out, drafted)
    except OSError as error:
        raise GuanchaoError(f"写不了 {out}（{os_reason(error)}），请换一个位置。") from error
    answerable = sum(q.answerable for q in drafted)
    if len(drafted) < count:
        console.say(strings.EVAL_FEWER.format(wanted=count, got=len(drafted)))
    counts = {"answerable": answerable, "unanswerable": len(drafted) - answerable, "path": str(out)}
    if as_json:
        console.emit(counts)
    else:
        print(
            strings.EVAL_DRAFTED.format(answerable=answerable, hopeless=len(drafted) - answerable, path=out)
        )
