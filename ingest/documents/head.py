"""The beginning of an article: title, red head, number, boxes of what it states, the date line of a post."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import replace

from docs_store.text.chinese import count_chinese
from docs_store.text.dates import DAY, is_day, parse_date
from docs_store.text.section_numbers import FIRST_RANK, ORDINAL, SECOND_RANK
from ingest.documents.agencies import AGENCIES, is_agencies, joined
from ingest.documents.document_kinds import document_kinds
from ingest.documents.labels import pairs_of_line, pairs_of_row, stamp, stated
from ingest.documents.news import is_account
from ingest.documents.numbers import NTH, OF_YEAR, is_number_line, number_of_line
from ingest.draft import Draft
from ingest.lines import DraftLine, letters, shown, unspread, without_lone_spaces

TITLE = "标题行（存为元数据）"
DATE = "日期行（存为元数据）"
BOX = "信息栏（存为元数据）"
RED_HEAD = "红头（存为元数据）"

_MAX_HEAD_LINES = 24  # lines in which a document's head must end
_SOME_ROWS = 3  # of labels, from which on they may lack their colons
_TITLE_LINES = 5  # of them in which a heading of the first rank is the title
_LONG = 200  # characters of a first line that is text, in an article without line breaks
_TITLE_CHARS = 60
_POST_LINE = re.compile(
    rf"[_*\s]*(?:原创\s+)?(?:[^\s\d|]\S{{0,15}}\s+){{0,3}}[_*]*({DAY})[_*]*"
    r"(?:\s+\d{1,2}:\d{2}(?::\d{2})?[_*]*(?:\s+\S{1,8}){0,2}|(?<=[_*]))?[_*\s]*"
)
"""The line under a post's title: 科技 2025-01-20 11:13 江苏."""
_ORIGINAL = re.compile(r"原创(?:\s+\S{1,16}){0,3}")
_RED_HEAD = re.compile(rf"({AGENCIES})\s*文件")
_ORDER_HEAD = re.compile(
    r"(?:中华人民共和国)?([\u4e00-\u9fff]{2,20}?(?:[ 、]+[\u4e00-\u9fff]{2,20}?)*)(?:令|公告)"
)
_ORDER_NUMBER = re.compile(rf"[（(]?{NTH}[）)]?|{OF_YEAR}")
_HEAD_OF_STATE = "主席"  # announces laws; who passed them issues them
_SIGNER = re.compile(r"^(.*?)\s*签发人\s*[:：]\s*(\S.{0,30})$")
_OFFICIAL_TITLE = re.compile(
    rf"[^。；！？]{{0,80}}(?:关于|转发|印发|对)[^。；！？]{{2,160}}(?:{document_kinds('official', 'other')})(?:\s*[（(][^）)。]{{1,20}}[）)])?"
)
_STARTS_TITLE = re.compile(rf"关于|转发|印发|、$|^{AGENCIES}对")
_ANNOUNCED = re.compile(
    r"(?:公布|发布)[^《。]{0,12}《([^《》]{4,60})》|《([^《》]{4,60})》[^。]{0,80}(?:通过|公布|修订|批准)"
)
_NO_TITLE = re.compile(rf"[。；！？]|^(?:{ORDINAL}[编章节条]|{FIRST_RANK}|{SECOND_RANK}|附件|\||[-*•·])")
_PROSE = re.compile(r"[。；]")
_SPOKEN_ON = re.compile(rf"[—－─-]{{1,2}}\s*({DAY})|[（(]\s*({DAY})\s*[）)]")


def read_head(draft: Draft, lines: Sequence[DraftLine], name: str) -> Draft:
    """The draft with what its first lines state; those that become metadata are taken out of `lines`.

    Args:
        draft: with the metadata that its format gave.
        lines: of its text, boilerplate already taken out.
        name: of its file without the ending.
    """
    first = next(shown(lines), None)
    if first is None:
        return draft
    if len(first.bare) > _LONG and not first.bare.startswith("|"):
        if draft.title is None:
            draft = replace(draft, title=_named(draft, lines, name) or first.bare[:_TITLE_CHARS])
        return draft
    draft = _boxes(draft, lines)
    draft = _red_head(draft, lines)
    draft = _post_line(draft, lines)
    draft = _title(draft, lines, name)
    return _spoken(draft, lines)


def _front(lines: Sequence[DraftLine], limit: int = _MAX_HEAD_LINES) -> list[DraftLine]:
    """The first lines that stay, up to the first that is prose."""
    found: list[DraftLine] = []
    for line in shown(lines):
        if line.last:
            continue
        if len(found) >= limit or (len(line.bare) > 120 and not line.bare.startswith("|")):
            break
        found.append(line)
        if line.bare.endswith(("。", "；")) and not line.bare.startswith("|"):
            break
    return found


def _boxes(draft: Draft, lines: Sequence[DraftLine]) -> Draft:
    """Reads lines and table rows that consist of labels with values: 发文机关：… 成文日期：…"""
    pairs: list[tuple[str, str]] = []
    boxes: list[DraftLine] = []
    front = _front(lines)
    rows = [line.bare for line in front if line.bare.startswith("|")]
    bare = sum(pairs_of_row(row, bare=True) is not None for row in rows) >= _SOME_ROWS
    for line in front:
        found = pairs_of_row(line.bare, bare=bare) if line.bare.startswith("|") else pairs_of_line(line.bare)
        if found:
            pairs += found
            boxes.append(line)
        elif line.bare.startswith("|") and not line.bare.strip("| -"):
            boxes.append(line)  # an empty row, or the rule under a head
    kept = [field for field, value in pairs if field != "-" and value]
    if not kept or kept == ["day"]:
        return draft
    found_values = stated(pairs)
    if not found_values:
        return draft
    for line in boxes:
        if line.bare.strip("| -"):
            line.why = BOX
        else:
            line.text = ""
    return found_values.fill(draft)


def _red_head(draft: Draft, lines: Sequence[DraftLine]) -> Draft:
    """Takes out 江海市人民政府文件 and reads 签发人; notes who issues, and the number of an order (令)."""
    front = _front(lines, 8)
    for index, line in enumerate(front):
        bare = line.bare
        if bare.startswith("|"):  # a layout of cells: number and who signs
            bare = " ".join(cell.strip() for cell in bare.strip("| ").split("|"))
            if is_number_line(bare):
                draft = replace(draft, document_number=draft.document_number or number_of_line(bare))
                continue
        if match := _RED_HEAD.fullmatch(bare):
            above = list(
                itertools.takewhile(lambda before: is_agencies(before.bare), reversed(front[:index]))
            )
            offices = [joined(before.bare) for before in reversed(above)] + [joined(match.group(1))]
            draft = replace(draft, issuer=draft.issuer or "、".join(offices))
            for part in (line, *above):
                part.why = RED_HEAD
        elif (match := _SIGNER.match(bare)) and (not match.group(1) or is_number_line(match.group(1))):
            number = number_of_line(match.group(1))
            draft = replace(
                draft,
                document_number=draft.document_number or number,
                roles=[*draft.roles, ("签发人", " ".join(match.group(2).split()))],
            )
        elif (match := _ORDER_HEAD.fullmatch(bare)) and index + 1 < len(front):
            below = front[index + 1].bare
            of_state = match.group(1) == _HEAD_OF_STATE
            if _ORDER_NUMBER.fullmatch(below) and (of_state or is_agencies(match.group(1))):
                number = "".join((bare.removeprefix("中华人民共和国") + below.strip("（）()")).split())
                draft = replace(
                    draft,
                    issuer=draft.issuer or (None if of_state else joined(match.group(1))),
                    document_number=draft.document_number or number,
                )
    return draft


def _post_line(draft: Draft, lines: Sequence[DraftLine]) -> Draft:
    """Reads the lines under a post's title: author and account, day and time."""
    front = _front(lines, 5)
    for index, line in enumerate(front[:4]):
        if not index and not draft.title:
            continue
        if (pairs := stamp(line.bare)) and (len(pairs) > 1 or draft.title):
            draft = _account(stated(pairs).fill(draft), (), front[1:index])
            line.why = DATE
        elif match := _POST_LINE.fullmatch(line.bare):
            found = parse_date(match.group(1))
            before = line.bare[: match.start(1)].strip() or (
                front[index - 1].bare if is_day(line.bare) else ""
            )
            if line.bare.endswith("日") and is_agencies(before):  # who signs, and when, under the title
                draft = replace(
                    draft, issuer=draft.issuer or joined(before), written_on=draft.written_on or found
                )
            else:
                draft = replace(draft, published_on=draft.published_on or found)
                draft = _account(draft, line.bare[: match.start(1)].split(), front[1:index])
            line.why = DATE
            top = next((above for above in front[:index] if above.level == 1), front[0])
            head, _, title = top.bare.replace("｜", "|").rpartition("|")
            if draft.title is None and top.stays and len(top.bare) <= 80 and not top.bare.endswith("。"):
                draft = replace(draft, title=title.strip(), column=draft.column or head.strip() or None)
                top.why = TITLE
        elif match := _ORIGINAL.fullmatch(line.bare):
            names = line.bare.split()[1:]
            if len(names) > 1:
                draft = replace(draft, issuer=draft.issuer or names[-1])
            if (
                names
                and ("作者", names[0]) not in draft.roles
                and (len(names) > 1 or draft.issuer != names[0])
            ):
                draft = replace(draft, roles=[*draft.roles, ("作者", names[0])])
            line.why = DATE
    return draft


def _account(draft: Draft, names: Sequence[str], above: Sequence[DraftLine]) -> Draft:
    """The draft with the account that posted it: the last name before the day, or a line of its own above that."""
    if draft.issuer is not None or draft.origin is not None:
        return draft
    if names and is_account(names[-1].strip("_*")):
        return replace(draft, origin=names[-1].strip("_*"))
    if above and above[-1].stays and is_account(above[-1].bare):
        above[-1].why = DATE
        return replace(draft, origin=above[-1].bare)
    return draft


def _title(draft: Draft, lines: Sequence[DraftLine], name: str) -> Draft:
    """The title: what the source gives, else 关于…的通知 over one line or several, else the first line."""
    front = _front(lines, 12)
    shown_lines = sum(1 for _ in shown(lines))
    if draft.title is None:
        found = official_title(front)
        if found is not None:
            draft = replace(draft, title=found[0])
            if len(found[1]) < shown_lines:
                _take(found[1])
            return draft
        if (announced := _announced(front)) is not None:
            return replace(draft, title=announced)
        named = _named(draft, lines, name)
        first = next(shown(lines), None)
        if first is not None and named is None and _PROSE.search(first.bare):
            named = draft.fallback_title
        if named and (first is None or not _is_title_line(first)):
            draft = replace(draft, title=named)
        elif first is None:
            return draft
        else:
            first = next((line for line in front[:_TITLE_LINES] if line.level == 1), first)
            title = unspread(first.bare)
            if len(title) <= _TITLE_CHARS and not _PROSE.search(title) and shown_lines > 1:
                first.why = TITLE
            return replace(draft, title=title[:_TITLE_CHARS])
    if (repeated := _repeated(draft.title or "", front)) and len(repeated) < shown_lines:
        _take(repeated)
    return draft


def _take(lines: Sequence[DraftLine]) -> None:
    for line in lines:
        line.why = TITLE


def official_title(front: Sequence[DraftLine]) -> tuple[str, list[DraftLine]] | None:
    """The title of an official document among the first lines, and the lines that it stands on."""
    for start, line in enumerate(front):
        bare = line.bare
        if not (_STARTS_TITLE.search(bare) or is_agencies(bare)) or _unfit(bare):
            continue
        best: tuple[str, list[DraftLine]] | None = None
        joined_text = ""
        for end in range(start, min(start + 5, len(front))):
            part = unspread(front[end].bare)
            if _unfit(part):
                break
            joined_text += part
            if _OFFICIAL_TITLE.fullmatch(joined_text):
                best = without_lone_spaces(joined_text), list(front[start : end + 1])
            elif best:
                break
        if best:
            return best
    return None


def _announced(front: Sequence[DraftLine]) -> str | None:
    """The name of the regulation that an order (令) announces."""
    if not front or not _ORDER_HEAD.fullmatch(front[0].bare):
        return None
    match = next(filter(None, (_ANNOUNCED.search(line.bare) for line in front[1:6])), None)
    return (match.group(1) or match.group(2)) if match else None


def _unfit(line: str) -> bool:
    """True for a line that no title holds."""
    return (
        len(line) > _TITLE_CHARS + 40
        or _NO_TITLE.search(line) is not None
        or line.endswith((":", "："))
        or is_number_line(line)
        or is_day(line)
    )


def _is_title_line(line: DraftLine) -> bool:
    """True when a first line looks like a title rather than like a page's menu."""
    return line.level == 1 or (re.search(r"关于|的", line.bare) is not None and not _PROSE.search(line.bare))


def _named(draft: Draft, lines: Sequence[DraftLine], name: str) -> str | None:
    """The title that a window or a file's name gives, where the text has the same words near its beginning."""
    text = ""
    for line in shown(lines):
        text += line.bare
        if len(text) > 2000:
            break
    text = letters(text)
    for given in (draft.fallback_title, name):
        bare = re.sub(r"^[\d\s._、-]+|[（(]\d+[)）]$", "", given or "").strip()
        if count_chinese(bare) >= 6 and letters(bare) in text:
            return bare
    return None


def _repeated(title: str, front: Sequence[DraftLine]) -> list[DraftLine]:
    """The lines among the first that say the title again, on one line or several; [] when none do."""
    wanted = letters(title)
    if not wanted:
        return []
    for start in range(min(6, len(front))):
        said = ""
        for end in range(start, min(start + 6, len(front))):
            said += letters(front[end].bare)
            if said == wanted or (len(said) >= 0.6 * len(wanted) and len(said) > 8 and wanted.endswith(said)):
                return list(front[start : end + 1])
            if said not in wanted:
                break
    return []


def _spoken(draft: Draft, lines: Sequence[DraftLine]) -> Draft:
    """The day under the title of a speech or report: ——2026年1月15日在…会议上."""
    if draft.written_on is not None:
        return draft
    for line in _front(lines, 3):
        if match := _SPOKEN_ON.match(line.bare):
            found = parse_date(match.group(1) or match.group(2))
            return draft if found == draft.published_on else replace(draft, written_on=found)
    return draft
