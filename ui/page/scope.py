"""What a question of the page is asked of and how: the scope and the manner that its chips show, sent as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from docs_store.errors import GuanchaoError
from docs_store.models import ArticleHead, SearchFilter
from docs_store.text.dates import period_of
from ui import strings
from ui.page.catalogue import Groups, all_names, folders, matching, spellings, undated_within

_NAMES = 50  # issuers, regions or articles of a scope
_TITLES = 3  # articles of a scope that are named
_DAYS = {"week": 7, "month": 31, "year": 366}

Name = Annotated[str, Field(max_length=300)]
Names = Annotated[tuple[Name, ...], Field(max_length=_NAMES)]


class BadFilterError(GuanchaoError):
    """A filter cannot be understood."""


class Scope(BaseModel):
    """Where to look, and how to answer; everything empty means the whole library and the server's own manner."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    period: Literal["", "week", "month", "year", "this_year"] = ""
    """Counted back from today; it stands before `since`."""
    since: Name = ""
    until: Name = ""
    issuers: Names = ()
    regions: Names = ()
    collection: Name = ""
    tag: Name = ""
    folder: Name = ""
    """As `catalogue.folders` names it."""
    articles: Names = ()
    """Ids: only these."""
    manner: Literal["", "quick", "full"] = ""
    """quick quotes, full asks the model."""
    length: Literal["", "short", "normal", "long"] = ""

    @classmethod
    def read(cls, text: str | None) -> Scope:
        """From the page's JSON; '' is the whole library. Raises BadFilterError."""
        try:
            return cls.model_validate_json(text) if text else cls()
        except ValidationError as error:
            raise BadFilterError(strings.BAD_SCOPE) from error

    @property
    def extractive(self) -> bool | None:
        """Whether to quote, as `PolicyQA.stream` takes it."""
        return None if not self.manner else self.manner == "quick"

    def where(
        self, heads: Sequence[ArticleHead], aliases: Groups = (), today: date | None = None
    ) -> SearchFilter:
        """The scope as a filter of the store. Raises BadFilterError for a day that is none."""
        today = today or date.today()
        since = day(self.since, today, last=False)
        if self.period == "this_year":
            since = date(today.year, 1, 1)
        elif self.period:
            since = today - timedelta(days=_DAYS[self.period])
        return SearchFilter(
            since,
            day(self.until, today, last=True),
            # A folder that is gone leaves nothing to look in, which is what was asked for.
            folders(heads).get(self.folder, self.folder) or None,
            tag=self.tag or None,
            collection=self.collection or None,
            issuers=spellings(heads, self.issuers) if self.issuers else (),
            regions=all_names(self.regions, aliases),
            articles=self.articles,
        )

    def words(self, heads: Sequence[ArticleHead], where: SearchFilter) -> str:
        """The scope in words, with what it leaves out for want of a date; '' where nothing is narrowed."""
        said = []
        if where.since:
            said.append(strings.SINCE_ON.format(day=where.since))
        if where.until:
            said.append(strings.UNTIL_ON.format(day=where.until))
        for names, form in ((self.issuers, strings.ISSUER_ON), (self.regions, strings.REGION_ON)):
            if names:
                said.append(form.format(name="、".join(names)))
        for name, form in (
            (self.collection, strings.COLLECTION_ON),
            (self.tag, strings.TAG_ON),
            (self.folder, strings.FOLDER_ON),
        ):
            if name:
                said.append(form.format(name=name))
        if self.articles:
            titles = [f"《{head.title}》" for head in heads if head.id in self.articles]
            more = strings.AND_MORE.format(count=len(titles)) if len(titles) > _TITLES else ""
            said.append("".join(titles[:_TITLES]) + more or strings.ARTICLE_GONE)
        if not said:
            return ""
        left_out = undated_within(heads, where)
        note = f"；{strings.UNDATED_LEFT_OUT.format(count=left_out)}" if left_out else ""
        return strings.NARROWED.format(what="、".join(said)) + note


def day(text: str | None, today: date, *, last: bool) -> date | None:
    """The first or last day of what a field says: a day, a month or a year in any usual writing; None for ''.

    Raises:
        BadFilterError: it says no time.
    """
    if not text or not text.strip():
        return None
    period = period_of(text.strip(), today)
    if period is None:
        raise BadFilterError(strings.BAD_DAY.format(text=text.strip()[:20]))
    return period.until if last else period.since


def reach(scope: Scope, heads: Sequence[ArticleHead], aliases: Groups = ()) -> str:
    """How many articles a scope leaves, in words, for the field that chooses it. Raises BadFilterError."""
    where = scope.where(heads, aliases)
    said = strings.SCOPE_COUNT.format(count=len(matching(heads, where)))
    left_out = undated_within(heads, where)
    return said + (f"；{strings.UNDATED_LEFT_OUT.format(count=left_out)}" if left_out else "")
