"""Writes docs/results.md: every headline figure of benchmarks/results, and whether a stranger can measure it.

    python -m benchmarks.results_page              # write the page and its chart
    python -m benchmarks.results_page --check      # exit 1 when the page says something else than the results
    python -m benchmarks.results_page --release X  # first keep the figures of the public set under the release's name

`public` figures need nothing but the clone; `private` ones need articles that we may not give away. The history lies in
benchmarks/results/history.jsonl, a release a line.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks import command_line
from benchmarks.headline import ROWS, again
from ui import charts

RESULTS = Path(__file__).parent / "results"
PAGE = command_line.ROOT / "docs" / "results.md"
PUBLIC = frozenset({"public", "page", "start", "peers", "calibration"})
"""Results whose benchmark reads nothing that is not in the clone."""
_OF_PUBLIC = {
    "quoting": {
        "right": "Facts answered rightly",
        "key_points": "Key points of open questions stated",
        "cited_right": "A right article among the cited",
        "refused_wrongly": "Answerable, but refused",
        "refused_rightly": "Near misses refused",
        "small_talk_and_library": "Small talk and questions on the library taken for such",
    },
    "claims": {
        "kept": "True claims kept",
        "caught": "Altered claims caught",
        "verdict_named": "Altered claims with their very verdict",
    },
    "files": {
        "read": "Files read",
        "values_right": "Values that files state, read rightly",
        "sentences_in_order": "Sentences given back in order",
    },
}
_PARTS = {"quoting": "", "model": ", with the model", "claims": "", "files": ""}
_HEAD = """# Results

Made from `benchmarks/results` by `python -m benchmarks.results_page`; a test checks that they agree. A **public** figure can
be measured by anyone from the clone, with the command beside it. A **private** one rests on articles that belong to their
publishers; its method is public, its data are not. The public set is described in
[benchmarks/public](../benchmarks/public/README.md); its half `test` is asked at releases only.
"""

Figures = dict[str, Any]


class Line(NamedTuple):
    """A row of the page."""

    results: str
    what: str
    value: str


def lines(files: Mapping[str, Figures]) -> Iterator[Line]:
    """Public figures first, then those of the other results files, as the READMEs have them."""
    if "public" in files:
        for part, figures in files["public"]["figures"].items():
            for name, what in _OF_PUBLIC.get("quoting" if part == "model" else part, {}).items():
                if figures.get(name) is not None:
                    yield Line("public", what + _PARTS[part], f"{figures[name]:.1%}")
    for row in ROWS:
        if row.results in files:
            yield Line(row.results, row.en, row.value(files[row.results]))
    for stem, figures in files.items():
        for own in figures.get("headline", ()):
            yield Line(stem, own["en"], own["value"])


def page(folder: Path = RESULTS) -> str:
    """The page's Markdown."""
    files = {
        path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))
    }
    table = ["| data | what | figure | measured | again |", "|---|---|---|---|---|"]
    for line in sorted(lines(files), key=lambda line: line.results not in PUBLIC):
        own = files[line.results]
        data = "public" if line.results in PUBLIC else "private"
        table.append(
            f"| {data} | {line.what} | {line.value} | {own.get('date') or '–'} | {again(line.results, own)} |"
        )
    parts = [_HEAD, "\n".join(table) + "\n"]
    if "public" in files:
        shown = files["public"]
        parts.append(
            f"## The public set by kind\n\nHalf `{shown['split']}`, {shown['figures']['quoting']['questions']} questions,"
            f" quoting alone, {shown['machine'].split(' (')[0]}.\n\n![by kind](../benchmarks/results/public.svg)\n"
        )
    if "peers" in files:
        parts.append(beside_others(files["peers"]))
    if "calibration" in files:
        parts.append(_calibration(files["calibration"]))
    parts.append("## History\n\n" + _history(folder / "history.jsonl"))
    return "\n".join(parts)


def beside_others(kept: Figures) -> str:
    """What each system puts before the model, then the answers, a figure a line and a system a column."""
    heading = (
        f"## Beside other systems\n\nThe same {kept['articles']} articles, questions, embedding ({kept['embedding']}), model"
        f" ({kept['model']}) and machine, {kept['date']}, one by one over all systems in turn. How each is set up, what the"
        " figures mean and how to repeat them: [benchmarks/peers](../benchmarks/peers/README.md).\n"
    )
    parts = [heading]
    if "passages" in kept:
        systems = list(kept["passages"].values())
        shown = kept["passages"]["quoting"]["shown"]
        parts.append(
            f"What is put before the model, without any model, {systems[0]['questions']} answerable questions. Of 观潮 it is"
            f" the passages that an answer is drawn from; what it quotes of them holds {shown['evidence']:.0%} of the evidence"
            f" in {shown['characters']:.0f} characters.\n\n" + _columns(systems, _OF_PASSAGES)
        )
    if "answers" in kept:
        own = kept["answers"]
        strata = ", ".join(f"{n} × {name}" for name, n in own["strata"].items())
        parts.append(
            f"Answers to the first {len(own['questions'])} questions of the sample ({strata}).\n\n"
            + _columns(list(own["systems"].values()), _OF_PEERS)
        )
    return "\n".join(parts)


def _columns(systems: Sequence[Figures], written: Mapping[str, Callable[[Figures], str]]) -> str:
    names = [f"{s['title']} {' '.join(s['versions'].values())}".strip() for s in systems]
    table = [f"| | {' | '.join(names)} |", f"|{'---|' * (1 + len(systems))}"]
    table += [f"| {what} | {' | '.join(value(s) for s in systems)} |" for what, value in written.items()]
    return "\n".join(table) + "\n"


def _of(name: str, shape: str = "{}", whole: str = "") -> Callable[[Figures], str]:
    """How a figure of a system is written; a dash where it has none."""

    def written(system: Figures) -> str:
        if system[name] is None:
            return "–"
        return shape.format(system[name]) + (f" / {system[whole]}" if whole else "")

    return written


_OF_PASSAGES: dict[str, Callable[[Figures], str]] = {
    "Evidence that is in it": _of("evidence", "{:.0%}"),
    "All evidence of a question is in it": _of("all_evidence", "{:.0%}"),
    "Characters, median": _of("characters", "{:.0f}"),
    "Seconds, median": _of("seconds", "{:.2f}"),
    "Processor seconds, median": _of("processor_s", "{:.2f}"),
    "Memory, MB": _of("memory_mb"),
    "Installed, MB": _of("installed_mb", "{:.0f}"),
    "Install, s": _of("install_s", "{:.0f}"),
}
_OF_PEERS: dict[str, Callable[[Figures], str]] = {
    "Facts right": _of("right", "{:.0f}", "facts"),
    "Key points of open questions": _of("key_points", "{:.0%}"),
    "Near misses refused": _of("refused_rightly", "{:.0f}", "near_misses"),
    "Refused or no answer, though it is there": _of("refused_wrongly", whole="there"),
    "Numbers that stand in nothing it had read": _of("numbers_unsupported"),
    "Cites an article that holds the answer": _of("right_article", "{:.0%}"),
    "Sentences that their quotes hold": _of("sentences_held", "{:.0%}"),
    "Characters cited, an answer": _of("quoted_chars", "{:.0f}"),
    "First content, s, median": _of("first_content_s", "{:.1f}"),
    "Whole answer, s, median": _of("total_s", "{:.1f}"),
    "Processor seconds to the first content, median": _of("first_processor_s", "{:.1f}"),
    "Processor seconds of the whole answer, median": _of("processor_s", "{:.1f}"),
    "Calls of the model, an answer": _of("calls", "{:.1f}"),
    "Tokens read + written, an answer": lambda s: (
        "–" if s["calls"] is None else f"{s['tokens_read']:.0f} + {s['tokens_written']:.0f}"
    ),
    "Memory beside the model, MB": _of("memory_mb"),
    "Installed, MB": _of("installed_mb", "{:.0f}"),
    "Install, s": _of("install_s", "{:.0f}"),
}


def _calibration(kept: Figures) -> str:
    """The table of both scores, and their figures."""
    table = [
        "| score | rows | n | true | ECE | Brier | Brier of the base rate |",
        "|---|---|---|---|---|---|---|",
    ]
    for score, parts in kept["scores"].items():
        for name, part in parts.items():
            cells = [f"{part[k]:.3f}" if part.get(k) is not None else "–" for k in _ERRORS]
            table.append(f"| {score} | {name} | {part['rows']} | {part['rate']:.0%} | {' | '.join(cells)} |")
    heading = (
        "## Calibration\n\nWhat the evidence score says (how likely the passages hold the answer) and what the checker's score"
        " says (how well passages support a claim, before the exact checks), beside what was so. ECE is the mean distance of"
        " the two over tenths of the score, Brier the mean square of the error; 0 is best. Again:"
        f" {again('calibration', kept)}; the private rows need `../shared/data`.\n"
    )
    images = "![evidence score](images/calibration-evidence.svg)\n![checker's score](images/calibration-checker.svg)\n"
    return heading + "\n" + "\n".join(table) + "\n\n" + images


_ERRORS = ("ece", "brier", "brier_of_rate")


def chart(public: Figures) -> str:
    """The shares of each kind of question, and of each kind of claim, as bars."""
    kinds = {f"{k} ({v['n']})": v["score"] for k, v in public["figures"]["quoting"]["by_kind"].items()}
    claims = {
        f"claim: {k} ({v['n']})": v["right"] / v["n"]
        for k, v in public["figures"]["claims"]["by_kind"].items()
    }
    both = kinds | claims
    return charts.bars("public set, by kind", list(both), {"": list(both.values())}, top=1.0)


def keep(release: str, folder: Path = RESULTS) -> None:
    """Adds the public figures as they stand to the history, in place of an earlier line of the same release and half."""
    public = json.loads((folder / "public.json").read_text(encoding="utf-8"))
    history = [
        row
        for row in _rows(folder / "history.jsonl")
        if (row["release"], row["split"]) != (release, public["split"])
    ]
    figures = {
        name: public["figures"][part][name]
        for part, names in _OF_PUBLIC.items()
        for name in names
        if part in public["figures"]
    }
    day = datetime.now(UTC).date().isoformat()
    history.append({"release": release, "split": public["split"], "date": day, **figures})
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in history)
    (folder / "history.jsonl").write_text(text, encoding="utf-8")


def _rows(path: Path) -> list[Figures]:
    return (
        [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []
    )


def _history(path: Path) -> str:
    rows = _rows(path)
    if not rows:
        return "The public set is younger than the last release; its first line will stand here with the next one.\n"
    names = ("right", "key_points", "refused_rightly", "kept", "caught", "values_right")
    head = f"| release | half | date | {' | '.join(names)} |\n|{'---|' * (3 + len(names))}\n"
    body = (
        f"| {r['release']} | {r['split']} | {r['date']} | {' | '.join(f'{r[n]:.1%}' for n in names)} |\n"
        for r in rows
    )
    return head + "".join(body)


def main() -> None:
    """Writes or checks the page."""
    parser = command_line.parser(__doc__)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--release", help="keep the public figures under this name")
    given = parser.parse_args()
    if given.release:
        keep(given.release)
    fresh = page()
    if given.check:
        if not PAGE.exists() or PAGE.read_text(encoding="utf-8") != fresh:
            sys.exit(
                "docs/results.md differs from benchmarks/results: run `python -m benchmarks.results_page`"
            )
        return
    PAGE.write_text(fresh, encoding="utf-8")
    public = json.loads((RESULTS / "public.json").read_text(encoding="utf-8"))
    (RESULTS / "public.svg").write_text(chart(public), encoding="utf-8")


if __name__ == "__main__":
    main()
