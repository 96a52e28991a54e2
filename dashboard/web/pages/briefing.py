"""What a user may do with briefs: request one, read it, download it, send it, cancel it.

Every call checks the current person's rights and that the brief's area is inside theirs. Blocking:
call it in a thread.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from dashboard.config.words.briefs import Words
from dashboard.core.briefs.model import Brief
from dashboard.core.model.periods import Period, PeriodError, PeriodKind, containing, read
from dashboard.core.questions.ask import AskError
from dashboard.documents.charts import draw, picture
from dashboard.documents.excel import excel
from dashboard.documents.pdf import pdf
from dashboard.documents.word import word
from dashboard.web.answers.errors import NotHere
from dashboard.web.pages.site import ReviewSite
from dashboard.web.people.model import Capability, Person, current, require, within
from dashboard.web.people.record import note
from data_sources.briefs.maker import notice_of
from data_sources.briefs.store import BriefStore, Entry
from data_sources.store import domain_clock
from data_sources.store.keys import shards

#: kind → media type, and the function that makes the file
PAPERS: dict[str, tuple[str, Callable[[Brief, Words, str], bytes]]] = {
    "pdf": ("application/pdf", pdf),
    "docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", word),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", excel),
}


@dataclass(frozen=True)
class Paper:
    """A file to download."""

    name: str
    media: str
    body: bytes

    @property
    def etag(self) -> str:
        return f'"{hashlib.sha256(self.body).hexdigest()[:32]}"'


class Briefing:
    """Briefs for the current person.

    Methods raise ``Refused``, ``NotHere``, ``AskError`` and ``RedisUnavailable``.
    """

    def __init__(self, site: ReviewSite) -> None:
        self._site = site
        self.settings = site.settings
        self.store = BriefStore(site.store, shards(site.settings.shards)[0])

    def words(self, lang: str) -> Words:
        """The briefs' words in a language."""
        return Words(self._site.city, lang, ZoneInfo(self._site.view.zone))

    def now(self) -> int:
        """The domain's time now, ms UTC."""
        feed, server = domain_clock.read(self._site.store)
        return feed.now(server)

    def running(self, now: int) -> tuple[Period, ...]:
        """The current day, week and month."""
        day = self._site.rules.local.day(now)
        return tuple(containing(kind, day) for kind in PeriodKind)

    def period(self, at: str, now: int) -> Period:
        """The period of a label; raises ``AskError`` if it is invalid or has not begun."""
        try:
            found = read(at)
        except PeriodError as error:
            raise AskError("range", at[:40], error.reason) from error
        if self._site.rules.local.start_of_day(found.first) > now:
            raise AskError("range", at, "it has not begun yet")
        return found

    def ask(self, area: str, at: str, *, send: bool = False) -> str:
        """Request a brief; its id. Also raises ``Full``."""
        if area and area not in self._site.known.areas:
            raise AskError("area", area, "the city has no such place")
        who = require(Capability.BRIEF, area or current().area)
        area = area or who.area
        period = self.period(at, self.now())
        made = self.store.ask(area, period.kind, period.label, by=who.name, send=send)
        note("make_brief", made, f"{area or '*'} {period.label}")
        return made

    def listed(self, area: str, before: int = 0) -> list[Entry]:
        """The newest briefs of an area ("" is all) that the user may read."""
        who = require(Capability.SEE)
        path = self._site.city.path
        found = self.store.listed(before=before)
        mine = [one for one in found if within(one.area, who)]
        return [one for one in mine if not area or one.area == area or area in path(one.area)]

    def entry(self, brief_id: str, capability: Capability = Capability.SEE) -> Entry:
        """One brief's entry, if the user has this capability in its area."""
        require(capability)
        found = self.store.entry(brief_id) if len(brief_id) <= 40 else None
        if found is None:
            raise NotHere(brief_id)
        require(capability, found.area)
        return found

    def brief(self, entry: Entry) -> Brief:
        """The finished brief; raises ``NotHere`` before it is finished."""
        found = self.store.brief(entry.id) if entry.state == "done" else None
        if found is None:
            raise NotHere(entry.id)
        return found

    def cancel(self, brief_id: str) -> str:
        """Cancel a brief; the result is cancelled, asked or over."""
        entry = self.entry(brief_id, Capability.BRIEF)
        done = self.store.cancel(entry)
        if done != "over":
            note("cancel_brief", entry.id)
        return done

    def send(self, brief_id: str) -> int:
        """Put a notice of it into the outbox; how often it was sent so far."""
        site, entry = self._site, self.entry(brief_id, Capability.BRIEF)
        notice = notice_of(site.settings, site.city, entry, self.brief(entry))
        sent = self.store.send(entry, notice)
        note("send_brief", entry.id, entry.at)
        return sent

    def paper(self, brief_id: str, kind: str, lang: str, base: str = "") -> Paper:
        """The brief as a file (pdf, docx or xlsx), whose numbers are links to ``base``."""
        entry = self.entry(brief_id, Capability.EXPORT)
        media, make = PAPERS[kind]
        brief, words = self.brief(entry), self.words(lang)
        body = self._site.files.get((entry.id, kind, lang, base), lambda: make(brief, words, base))
        note("export_brief", entry.id, f"{kind} {lang}")
        place = entry.area or self._site.city.id
        return Paper(f"brief-{place}-{entry.at}.{lang}.{kind}", media, body)

    def chart(self, brief_id: str, chart_id: str, lang: str) -> bytes:
        """One of its charts, as PNG."""
        entry = self.entry(brief_id)
        brief = self.brief(entry)
        found = next((one for one in brief.charts if one.id == chart_id), None)
        if found is None:
            raise NotHere(chart_id)
        words = self.words(lang)
        return self._site.files.get(
            (entry.id, "chart", chart_id, lang), lambda: picture(draw(found, words), 2.5, 32)
        )

    def may_make(self, who: Person, area: str) -> bool:
        """Whether a user may request briefs of an area."""
        return who.may(Capability.BRIEF) and within(area, who)
