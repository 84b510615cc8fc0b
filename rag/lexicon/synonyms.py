"""Which words of a question can stand for which words of a text: `synonyms.tsv`, `not_same.tsv`, and other names.

Rows of `synonyms.tsv`: kind, weight, words. same and short (full name and short form) hold both ways; colloquial, asks and
hyper lead from the first word, which questions use, to the others, which texts use. The weight (0 to 1) says how safely
one stands for the other: 0.9 and up are names, 0.5 and below are weak. `aliases.txt`, or the user's own file in its
place, holds other names of one thing (weight 0.95). A pair in `not_same.tsv` is never equal, whatever else is said.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from docs_store.text.normal import fold, fold_each
from docs_store.text.segment import words
from rag.errors import AliasFileError
from rag.lexicon.not_same import pairs

Group = tuple[str, ...]
_FOLDER = Path(__file__).parent
_OWN_ALIASES = _FOLDER / "aliases.txt"
_ALIAS_WEIGHT = 0.95
_BOTH_WAYS = frozenset(("same", "short"))
_LONGEST = 24  # characters of a word that is looked for in a text


@dataclass(frozen=True, slots=True)
class Alternative:
    """A word that a text may use for another, how safely (0 to 1), and by which kind of row."""

    word: str
    weight: float
    kind: str


@dataclass(frozen=True, slots=True)
class Mention:
    """A word of the lexicon at `text[start:end]`, with what may stand for it."""

    start: int
    end: int
    word: str
    alternatives: tuple[Alternative, ...]


class Synonyms:
    """The lexicon, with the names of one alias file."""

    def __init__(self, aliases: Path | None = None) -> None:
        """Reads everything; `aliases` None means the file that comes with the program.

        Raises:
            AliasFileError: the file of names cannot be read, or a line has no second name.
        """
        found: dict[str, dict[str, Alternative]] = defaultdict(dict)
        self._apart = pairs()
        for kind, weight, group in rows():
            for one in group if kind in _BOTH_WAYS else group[:1]:
                self._add(found[one], one, weight, kind, group)
        for names in read_aliases(aliases):
            for one in names:
                self._add(found[one], one, _ALIAS_WEIGHT, "short", names)
        self._alternatives = {
            word: tuple(
                sorted(others.values(), key=lambda other: (-other.weight, -len(other.word), other.word))
            )
            for word, others in found.items()
            if others
        }

    def _add(
        self, others: dict[str, Alternative], one: str, weight: float, kind: str, group: Sequence[str]
    ) -> None:
        for two in group:
            known = others.get(two)
            if two != one and (one, two) not in self._apart and (known is None or known.weight < weight):
                others[two] = Alternative(two, weight, kind)

    def alternatives(self, word: str) -> tuple[Alternative, ...]:
        """What texts may say for a folded word that a question says, the safest first, longer words before shorter."""
        return self._alternatives.get(word, ())

    def apart(self, one: str, two: str) -> bool:
        """True for two words that must not be taken for one another (进口, 出口)."""
        return (one, two) in self._apart

    def mentions(self, folded: str) -> list[Mention]:
        """The words of the lexicon in a folded text, in order: whole words of it, the longest first, none overlapping."""
        return list(self._mentions(folded))

    def _mentions(self, folded: str) -> Iterator[Mention]:
        bounds = [word.start for word in words(folded)] + [len(folded)]
        i = 0
        while i < len(bounds) - 1:
            for j in range(len(bounds) - 1, i, -1):
                if bounds[j] - bounds[i] <= _LONGEST and (
                    found := self.alternatives(folded[bounds[i] : bounds[j]])
                ):
                    yield Mention(bounds[i], bounds[j], folded[bounds[i] : bounds[j]], found)
                    i = j - 1
                    break
            i += 1


@lru_cache(maxsize=4)
def synonyms(aliases: Path | None = None) -> Synonyms:
    """The lexicon, read once for each alias file."""
    return Synonyms(aliases)


@lru_cache(maxsize=4)
def read_aliases(path: Path | None = None) -> tuple[Group, ...]:
    """The groups of a file of names (None: the one that comes with the program), folded.

    Raises:
        AliasFileError: the file cannot be read, or a line has no second name.
    """
    path = path or _OWN_ALIASES
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise AliasFileError(
            f"读不了别名文件 {path}，请检查 retrieval.aliases 的路径与编码（UTF-8）。"
        ) from error
    groups: list[Group] = []
    for number, line in enumerate(lines, start=1):
        if not (text := line.split("#")[0].strip()):
            continue
        names = tuple(name for part in text.split("=") if (name := fold(part.strip())))
        if len(names) < 2:
            raise AliasFileError(f"别名文件 {path} 第 {number} 行应写成“长三角 = 长江三角洲”，请修改。")
        groups.append(names)
    return tuple(groups)


def other_names(folded: str, groups: Sequence[Group]) -> list[tuple[str, str]]:
    """(name in the question, other name) pairs; of names that hold one another the longest counts."""
    found = []
    for group in groups:
        present = max((name for name in group if name in folded), key=len, default=None)
        if present is not None:
            found += [(present, other) for other in group if other not in folded]
    return found


def rows() -> Iterator[tuple[str, float, tuple[str, ...]]]:
    """(kind, weight, folded words) of each row of `synonyms.tsv`."""
    listed = [
        line.split("\t") for line in (_FOLDER / "synonyms.tsv").read_text(encoding="utf-8").splitlines()
    ]
    for (kind, weight, _), group in zip(listed, fold_each(row[2] for row in listed), strict=True):
        yield kind, float(weight), tuple(group.split("|"))
