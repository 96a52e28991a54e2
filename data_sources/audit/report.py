"""The result of an audit: counts, and each difference by its name."""

from __future__ import annotations

from dataclasses import dataclass, field

import msgspec

#: differences kept by name; all are counted
KEPT = 1000


class Difference(msgspec.Struct, frozen=True):
    """One value in the store that differs from the recount of its actions."""

    #: state, trail, queue, deadlines, points, ledger, counter, minute, key, size, refusal,
    #: recent, meta, desk
    kind: str
    key: str
    #: the field, member or event that differs; "" for the whole key
    field: str
    expected: str
    found: str

    @property
    def name(self) -> tuple[str, str, str]:
        """What differs: kind, key, field."""
        return self.kind, self.key, self.field

    def __str__(self) -> str:
        where = f"{self.key} {self.field}".rstrip()
        return f"{self.kind}: {where}: expected {self.expected}, found {self.found}"


@dataclass
class Findings:
    """Collects differences: all are counted, the first `KEPT` are kept."""

    kept: list[Difference] = field(default_factory=list)
    count: int = 0
    #: keys of sorted sets and hashes that have more or fewer members than they should
    uneven: set[str] = field(default_factory=set)
    #: boxes of counters whose sum is not 0, see `sums.Balance`
    boxes: frozenset[int] = frozenset()

    @property
    def even(self) -> bool:
        """True if nothing was found."""
        return not self.count and not self.boxes

    def add(self, kind: str, key: str, name: str, expected: object, found: object) -> None:
        """Add one difference."""
        self.count += 1
        if len(self.kept) < KEPT:
            self.kept.append(Difference(kind, key, name, _short(expected), _short(found)))

    def take(self, other: Findings) -> None:
        """Add the differences of ``other``."""
        self.count += other.count
        self.kept += other.kept[: KEPT - len(self.kept)]


class AuditReport(msgspec.Struct, frozen=True, kw_only=True):
    """An audit of a store, up to ``position`` of each shard."""

    #: by the server's clock, ms
    checked_at: int
    seconds: float
    position: dict[str, str]
    actions: int
    events: int
    #: how many times the stream was read, so that memory stays bounded
    passes: int
    #: how many differences there are; ``differences`` holds the first thousand
    count: int
    differences: list[Difference]
    #: events that could not be compared because they changed all the time
    moving: int = 0
    #: numbers of the leaders' desk that were compared with the counters; 0: not compared
    desk: int = 0
    #: actions that have arrived but are not folded yet: no view can be compared with them
    waiting: int = 0
    #: shard → what it has lost, until an operator accepts it
    lost: dict[str, str] = {}

    @property
    def clean(self) -> bool:
        """True if nothing differs from what has been folded, and nothing is lost."""
        return self.count == 0 and not self.lost

    def lines(self, most: int = 20) -> list[str]:
        """The report for people: one line of figures, then at most ``most`` differences."""
        head = (
            f"{self.actions:,} actions of {self.events:,} events counted again "
            f"in {self.seconds:.1f} s: "
        )
        rest = [f"{shard}: data lost, {what}" for shard, what in sorted(self.lost.items())]
        if self.waiting:
            noun = "action waits" if self.waiting == 1 else "actions wait"
            rest.append(f"{self.waiting:,} {noun} to be folded: no number has them yet")
        if not self.count:
            desk = f", {self.desk:,} numbers of the desk as well" if self.desk else ""
            what = "what was folded is" if rest else "everything is"
            return [head + what + " as the actions say" + desk, *rest]
        noun = "difference" if self.count == 1 else "differences"
        lines = [head + f"{self.count:,} {noun}", *map(str, self.differences[:most])]
        more = self.count - min(most, len(self.differences))
        return [*lines, *([f"… and {more:,} more"] if more else []), *rest]

    def json(self) -> bytes:
        """The report as one JSON object."""
        return msgspec.json.encode(self)


def _short(value: object) -> str:
    text = "nothing" if value is None else str(value)
    return text if len(text) <= 500 else f"{text[:499]}…"
