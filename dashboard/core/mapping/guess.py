"""Guesses what each column of a table is, from its name and its cells. Pure.

In: the profiles of the columns and a sample of the rows. Out: a `Mapping`, with a `Finding` for
each part of it and a `Question` for what the table does not tell. A name alone is never enough:
the cells must agree, and whole numbers are times only under a name that states so.
"""

from __future__ import annotations

import re
from collections.abc import Mapping as Table
from collections.abc import Sequence

import msgspec

from dashboard.core.mapping import positions, statuses, words
from dashboard.core.mapping.dates import DateError, Order, decide
from dashboard.core.mapping.findings import Certainty, Finding, Question, Seen
from dashboard.core.mapping.model import Mapping, Named, Place, Position, Status, When
from dashboard.core.mapping.moments import Written
from dashboard.core.mapping.names import match, words_of
from dashboard.core.mapping.profile import Profile
from dashboard.core.mapping.reading import where

Sample = Sequence[Table[str, str]]
#: a name scores less if the cells do not look like what it states
_LEAST = 0.5
_SURE = 0.9
#: figures alone: they need a name to be a time
_FIGURES = (Written.COMPACT, Written.MILLISECONDS, Written.SECONDS, Written.SPREADSHEET)
_COMPUTED = re.compile(r":@computed_region|^:|^_id$|^SHAPE[_.]|^unnamed: \d+$", re.I)
_CLOCK = dict.fromkeys(
    ("time", "hora", "heure", "uhrzeit", "zeit", "ora", "tijd", "时间", "時間", "時刻", "시간"), 1.0
)


def guess(columns: Table[str, Profile], sample: Sample) -> tuple[Mapping, Seen]:
    """The mapping that the table shows, and what it is made of."""
    work = _Work(columns, sample)
    work.leave_out()
    position = work.position()
    times = work.times()
    ids = work.ids()
    status = work.status(times.get("closed"))
    category = work.named("category", words.CATEGORY)
    if not category and (below := work.named("category", words.SUBCATEGORY)):
        category = below
    if not category:
        category = work.titles()
    department = work.named("department", words.DEPARTMENT)
    place = work.place()
    channel = work.named("channel", words.CHANNEL)
    mapping = Mapping(
        id=ids,
        opened=times.get("opened"),
        closed=times.get("closed"),
        due=times.get("due"),
        updated=times.get("updated"),
        status=status,
        category=Named(column=category) if category else Named(),
        department=Named(column=department) if department else Named(),
        channel=Named(column=channel) if channel else Named(),
        place=place,
        position=position,
        skip=work.rest(),
    )
    return mapping, Seen(tuple(work.findings), tuple(work.questions))


class _Work:
    """One guess as it goes: columns that are taken are not taken again."""

    def __init__(self, columns: Table[str, Profile], sample: Sample) -> None:
        self.columns, self.sample = columns, sample
        self.free = dict(columns)
        self.skip: dict[str, str] = {}
        self.findings: list[Finding] = []
        self.questions: list[Question] = []

    def take(self, role: str, names: Sequence[str], certainty: Certainty, *reasons: str) -> None:
        """Note what columns are taken for."""
        self.findings.append(Finding(role, ", ".join(names), certainty, reasons))
        for name in names:
            self.free.pop(name, None)

    def leave_out(self) -> None:
        """Leave out what is personal, blank, text, or was worked out by the portal."""
        for name, profile in list(self.free.items()):
            like = match(name, words.PERSONAL)
            person = like >= 0.55 and like > self._best_other(name, profile)
            if person or (profile.personal and match(name, words.ID) < 0.8):
                reason = "personal"
            elif not profile.filled:
                reason = "blank"
            elif _COMPUTED.search(name):
                reason = "worked out"
            elif profile.dated and match(name, words.STAMPS) >= 0.85:
                reason = "stamp"
            else:
                continue
            self.skip[name] = reason
            del self.free[name]

    def _best_other(self, name: str, profile: Profile) -> float:
        tables = [words.ID, words.STATUS, words.DEPARTMENT, words.CATEGORY, words.CHANNEL]
        tables += [*words.PLACES.values(), words.LAT, words.LON, words.POINT, words.SUBCATEGORY]
        if profile.dated:
            tables += [words.OPENED, words.CLOSED, words.UPDATED, words.DUE]
        return max(match(name, table) for table in tables)

    # ---- where

    def position(self) -> Position | None:
        """Columns of coordinates: a pair of degrees, or one cell with both."""
        best: tuple[float, Position, tuple[str, ...]] | None = None
        lats = self._scored(words.LAT, numeric=True)
        lons = self._scored(words.LON, numeric=True)
        for lat, lat_score in lats:
            for lon, lon_score in lons:
                if lat == lon:
                    continue
                share = self._on_earth(lat, lon)
                near = 0.1 * (_kin(lat) == _kin(lon))
                if share >= 0.5:
                    score = lat_score * lon_score + near
                    if best is None or score > best[0]:
                        best = score, Position(lat=lat, lon=lon), (lat, lon)
        texts = []
        for name, profile in self.free.items():
            if profile.mean_length < 7 or profile.dated:
                continue
            like = match(name, words.POINT)
            found = self._text_position(name)
            if found is not None:
                texts.append((0.5 + like, found, (name,)))
        if texts:
            text = max(texts, key=lambda one: one[0])
            if best is None:
                best = text
            for _, _, (name,) in texts:
                if name not in best[2]:
                    self._leave(name, "repeated")
        for names in (lats, lons):
            for name, _ in names:
                if best is None or name not in best[2]:
                    plane = any(
                        abs(positions.degrees(v) or 0) > 400
                        for v in list(self.columns[name].values)[:50]
                    )
                    self._leave(name, "plane" if plane else "repeated")
        if best is None:
            return None
        _, position, columns = best
        pairs = positions.Pairs()
        for row in self.sample:
            point, given = where(position, row)
            pairs.see(point, given)
        reasons = ["name", "range"] if position.lat else ["cells"]
        if pairs.stand_ins:
            position = msgspec.structs.replace(position, unknown=tuple(sorted(pairs.stand_ins)))
            reasons.append("stand-ins:" + "; ".join(f"{a:g}, {b:g}" for a, b in pairs.stand_ins))
        self.take("position", columns, "sure", *reasons)
        return position

    def _text_position(self, name: str) -> Position | None:
        cells = [cell for row in self.sample[:300] if (cell := row.get(name, ""))]
        if not cells:
            return None
        first = sum(positions.of_text(cell) is not None for cell in cells)
        turned = sum(positions.of_text(cell, True) is not None for cell in cells)
        if max(first, turned) < 0.5 * len(cells):
            return None
        return Position(text=name, lon_first=turned > first)

    def _on_earth(self, lat: str, lon: str) -> float:
        """How many pairs of the sample are on earth: 1 for enough, 0 for none."""
        pairs = [positions.of_pair(row.get(lat, ""), row.get(lon, "")) for row in self.sample[:500]]
        found = sum(point is not None for point in pairs)
        return 1.0 if found >= 0.3 * len(pairs) else 0.5 * (found > 0) + found / max(1, len(pairs))

    def _scored(self, terms: dict[str, float], *, numeric: bool) -> list[tuple[str, float]]:
        scored = [
            (name, score)
            for name, profile in self.free.items()
            if (score := match(name, terms)) >= _LEAST and (not numeric or profile.numeric)
        ]
        return sorted(scored, key=lambda one: -one[1])

    # ---- when

    def times(self) -> dict[str, When]:
        """The columns of times by role."""
        dated = {
            name: profile
            for name, profile in self.free.items()
            if profile.dated and profile.times.form is not None
        }
        tables = {
            "opened": words.OPENED,
            "closed": words.CLOSED,
            "due": words.DUE,
            "updated": words.UPDATED,
        }
        scores = sorted(
            (
                (
                    match(name, terms) * (1.0 if role != "opened" else 0.6 + 0.4 * profile.share),
                    role,
                    name,
                )
                for role, terms in tables.items()
                for name, profile in dated.items()
            ),
            reverse=True,
        )
        chosen: dict[str, tuple[str, float]] = {}
        for score, role, name in scores:
            if score < _LEAST or role in chosen or any(name == n for n, _ in chosen.values()):
                continue
            chosen[role] = name, score
        if "opened" not in chosen:
            self._ask_opened(chosen, dated)
        orders = self._orders({n: dated[n] for n, _ in chosen.values()})
        out: dict[str, When] = {}
        for role in tables:
            if role not in chosen:
                continue
            name, score = chosen[role]
            out[role] = self._when(role, name, score, dated[name], orders.get(name))
        return out

    def _ask_opened(self, chosen: dict[str, tuple[str, float]], dated: dict[str, Profile]) -> None:
        taken = {name for name, _ in chosen.values()}
        left = [
            name for name, profile in dated.items()
            if name not in taken and profile.times.form not in _FIGURES and profile.share > 0.8
        ]  # fmt: skip
        if len(left) == 1:
            chosen["opened"] = left[0], 0.6
            return
        choices = left or list(dated) or list(self.free)
        self.questions.append(Question("opened", tuple(choices[:30])))
        if left:
            chosen["opened"] = left[0], 0.1

    def _orders(self, dated: dict[str, Profile]) -> dict[str, Order]:
        evidence = {
            name: p.times.figures for name, p in dated.items() if p.times.form is Written.FIGURES
        }
        try:
            return decide(evidence, {})
        except DateError:
            pass
        open_ = [name for name, seen in evidence.items() if seen.short]
        choices = (str(Order.DAY_FIRST), str(Order.MONTH_FIRST))
        for name in open_:
            seen = evidence[name]
            if not seen.day_first and not seen.month_first:
                self.questions.append(Question(f"dates of {name}", choices))
        if not any(q.about.startswith("dates of") for q in self.questions):
            self.questions.append(Question(f"dates of {open_[0]}", choices))
        return dict.fromkeys(open_, Order.DAY_FIRST)

    def _when(
        self, role: str, name: str, score: float, profile: Profile, order: Order | None
    ) -> When:
        seen = profile.times
        written = seen.form or Written.FIGURES
        reasons = ["name" if score >= _LEAST else "only"]
        clock = ""
        if seen.timeless:
            clock = self._clock(name)
            reasons.append("days" if not clock else f"clock:{clock}")
        if order is not None:
            reasons.append(str(order))
        zone = ""
        if seen.utc_words > seen.cells / 2:
            zone = "city"
            reasons.append("utc word")
        elif seen.offsets:
            reasons.append("offsets:" + ", ".join(z for z, _ in seen.zones.most_common(3)))
        if written is not Written.FIGURES:
            reasons.append(f"written:{written}")
        names = (name, clock) if clock else (name,)
        self.take(
            role,
            names,
            "sure" if score >= _SURE else "likely" if score >= _LEAST else "unsure",
            *reasons,
        )
        return When(
            column=name,
            time=clock,
            written=written,
            order=order,
            zone=zone,
            precision="day" if seen.timeless and not clock else "time",
        )

    def _clock(self, date: str) -> str:
        """The column with the time of the day that belongs to a column of days."""
        own = set(words_of(date))
        found = [
            (len(own & set(words_of(name))), match(name, _CLOCK), name)
            for name, profile in self.free.items()
            if profile.clock and (len(own & set(words_of(name))) or match(name, _CLOCK) > 0.4)
        ]
        return max(found)[2] if found else ""

    # ---- which

    def ids(self) -> tuple[str, ...]:
        """The column that names an event; () if there is none."""
        best: tuple[float, str] | None = None
        for name, profile in self.free.items():
            score = match(name, words.ID)
            if score < _LEAST or profile.share < 0.98 or (profile.dated and not profile.numeric):
                continue
            # the same rows again, and several rows an event, are both in real files
            unique = profile.different if len(profile.values) < 5000 else 1.0
            if unique < (0.5 if score >= 0.8 else 0.95):
                continue
            score *= 0.5 + 0.5 * unique
            if best is None or score > best[0]:
                best = score, name
        if best is None:
            self.findings.append(Finding("id", "", "likely", ("rows",)))
            return ()
        score, name = best
        self.take("id", (name,), "sure" if score >= 0.8 else "likely", "name", "differ")
        for other, profile in list(self.free.items()):
            if match(other, words.ID) >= 0.75 and profile.different > 0.9 and profile.filled > 20:
                self._leave(other, "repeated")
        return (name,)

    def status(self, closed: When | None) -> Status:
        """How the table states what is closed."""
        best: tuple[float, str] | None = None
        for name, profile in self.free.items():
            if profile.dated or len(profile.values) > 60 or profile.mean_length > 60:
                continue
            like, known = match(name, words.STATUS), statuses.speaks(profile.values)
            if like < _LEAST and not (
                known >= 0.95 and len(profile.values) > 1 and profile.share > 0.9
            ):
                continue
            score = like * (0.4 + 0.6 * known) if like >= _LEAST else 0.35 * known
            if self._flags(profile):
                score = like
            if best is None or score > best[0]:
                best = score, name
        if best is None or best[0] < 0.3:
            return self._without_status(closed)
        score, name = best
        profile = self.columns[name]
        asked: list[str] = []
        found: dict[str, statuses.State] = {}
        flags = self._flags(profile)
        for word in profile.values:
            state = self._flag(name, word) if flags else statuses.state_of(word)
            if state is None and not statuses.silent(word):
                asked.append(word)
            elif state is not None:
                found[word] = state
        for word in asked[:8]:
            self.questions.append(Question(f"status: {word}", ("open", "closed", "rejected")))
        blank, reasons = "unknown", ["name" if match(name, words.STATUS) >= _LEAST else "cells"]
        if profile.filled < profile.cells:
            if closed is not None:
                blank = ""
                reasons.append("blank by closing date")
            elif "open" not in found.values():
                blank = "open"
                reasons.append("blank is open")
            else:
                reasons.append("blank is unknown")
        sure: Certainty = "unsure" if asked else "sure" if score >= 0.8 else "likely"
        self.take("status", (name,), sure, *reasons)
        return Status(column=name, words=found, blank=blank)  # type: ignore[arg-type]

    def _flags(self, profile: Profile) -> bool:
        found = {word.lower() for word in profile.values}
        return 0 < len(found) <= 2 and found <= statuses.YES | statuses.NO

    def _flag(self, name: str, word: str) -> statuses.State | None:
        """What yes or no means of a column that asks whether an event is closed, or open."""
        asks = statuses.state_of(
            re.sub(r"^(是否|is[ _]|es[ _]|est[ _]|ist[ _])", "", name, flags=re.I)
        )
        yes = word.lower() in statuses.YES
        if asks == "closed":
            return "closed" if yes else "open"
        if asks == "open":
            return "open" if yes else "closed"
        return None

    def _without_status(self, closed: When | None) -> Status:
        if closed is None:
            self.findings.append(Finding("status", "", "likely", ("nothing",)))
            return Status(by="nothing")
        share = self.columns[closed.column].share
        reason = "all ended" if share > 0.999 else "closing date"
        self.findings.append(Finding("status", closed.column, "likely", (reason,)))
        return Status(by="closing-date")

    # ---- what and who

    def named(self, role: str, terms: dict[str, float]) -> str:
        """The column that names what an event is or who handles it; "" if there is none."""
        best: tuple[float, str] | None = None
        for name, profile in self.free.items():
            score = match(name, terms)
            if score < _LEAST or profile.dated:
                continue
            if len(profile.values) > 40 and profile.different > 0.5:
                score *= 0.3
            elif profile.mean_length > 80:
                score *= 0.4
            elif profile.numeric:
                score *= 0.6
            if len(profile.values) == 1 and profile.filled > 5:
                score *= 0.8
            score *= 0.5 + 0.5 * profile.share
            if score > 0.35 and (best is None or score > best[0]):
                best = score, name
        if best is None:
            return ""
        self.take(role, (best[1],), "sure" if best[0] >= 0.8 else "likely", "name")
        return best[1]

    def titles(self) -> str:
        """A column of texts that are a few short ones again and again: they name what it is."""
        for name, profile in self.free.items():
            few = 1 < len(profile.values) <= 300 and profile.different < 0.5
            if few and profile.mean_length < 50 and match(name, words.TEXT) >= 0.8:
                self.take("category", (name,), "likely", "cells")
                return name
        return ""

    def place(self) -> Place:
        """The columns of places, each in the tier that its name speaks for."""
        scored = sorted(
            (
                (match(name, terms) * _spread(profile), tier, name)
                for tier, terms in words.PLACES.items()
                for name, profile in self.free.items()
                if _places(profile)
            ),
            reverse=True,
        )  # fmt: skip
        found: dict[str, tuple[str, float]] = {}
        for score, tier, name in scored:
            if score >= _LEAST and tier not in found and name not in {n for n, _ in found.values()}:
                found[tier] = name, score
        tiers = [tier for tier in ("county", "township", "community", "grid") if tier in found]
        # without a wider one, the widest that there is comes first
        into = dict(zip(tiers, ("county", "township", "community", "grid"), strict=False))
        for tier in tiers:
            name, score = found[tier]
            self.take(into[tier], (name,), "sure" if score >= 0.8 else "likely", "name")
        return Place(**{into[tier]: found[tier][0] for tier in tiers})

    # ---- the rest

    def _leave(self, name: str, reason: str) -> None:
        if name in self.free:
            self.skip[name] = reason
            del self.free[name]

    def rest(self) -> dict[str, str]:
        """All columns that are not read, with the reason."""
        tables = {"text": words.TEXT, "address": words.ADDRESS, "worked out": words.OTHER}
        for name, profile in self.free.items():
            scores = {reason: match(name, terms) for reason, terms in tables.items()}
            reason, score = max(scores.items(), key=lambda one: one[1])
            if score < _LEAST:
                reason = "text" if profile.mean_length > 40 else "unknown"
            self.skip[name] = reason
        return {name: self.skip[name] for name in self.columns if name in self.skip}


def _spread(profile: Profile) -> float:
    """How well a column parts the city: less if many cells are blank, or all are the same."""
    return (0.6 + 0.4 * profile.share) * (0.75 if len(profile.values) == 1 else 1.0)


def _places(profile: Profile) -> bool:
    """Whether the cells may be names of places: short, and most of them more than once."""
    if profile.dated or profile.share <= 0.2 or profile.mean_length >= 50:
        return False
    return len(profile.values) < 3000 and not (profile.different > 0.9 and profile.filled > 100)


def _kin(name: str) -> tuple[str, ...]:
    """The words of a name that do not say which of the two coordinates it is."""
    own = {*words_of("lat latitude lon long lng longitude x y latitud longitud e n"), "breitengrad"}
    return tuple(word for word in words_of(name) if word not in own)
