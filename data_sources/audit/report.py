"""What an audit found: counts, and each difference by its name."""

from __future__ import annotations

from dataclasses import dataclass, field

import msgspec

#: differences that are kept by name; all are counted
KEPT = 1000


class Difference(msgspec.Struct, frozen=True):
    """One thing that stands otherwise than the actions say."""

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
        return self.kind, self.key, self.field

    def __str__(self) -> str:
        where = f"{self.key} {self.field}".rstrip()
        return f"{self.kind}: {where}: expected {self.expected}, found {self.found}"


@dataclass
class Findings:
    """Gathers differences: all are counted, the first are kept."""

    kept: list[Difference] = field(default_factory=list)
    count: int = 0
    #: keys of sorted sets and hashes that hold more or less than they should
    uneven: set[str] = field(default_factory=set)
    #: boxes of counters that do not come to nothing
    boxes: frozenset[int] = frozenset()

    @property
    def even(self) -> bool:
        """Whether nothing at all was found."""
        return not self.count and not self.boxes

    def add(self, kind: str, key: str, name: str, expected: object, found: object) -> None:
        self.count += 1
        if len(self.kept) < KEPT:
            self.kept.append(Difference(kind, key, name, _short(expected), _short(found)))

    def take(self, other: Findings) -> None:
        """Those of ``other`` too."""
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
    #: events that could not be compared because they did not stand still
    moving: int = 0
    #: numbers of the leaders' desk that were held against the counters; 0: not compared
    desk: int = 0

    @property
    def clean(self) -> bool:
        return self.count == 0

    def lines(self, most: int = 20) -> list[str]:
        """For a person: one line of figures, then the differences."""
        head = (
            f"{self.actions:,} actions of {self.events:,} events counted again "
            f"in {self.seconds:.1f} s: "
        )
        if self.clean:
            desk = f", {self.desk:,} numbers of the desk as well" if self.desk else ""
            return [head + "everything stands as the actions say" + desk]
        noun = "difference" if self.count == 1 else "differences"
        lines = [head + f"{self.count:,} {noun}", *map(str, self.differences[:most])]
        more = self.count - min(most, len(self.differences))
        return [*lines, f"… and {more:,} more"] if more else lines

    def json(self) -> bytes:
        """One JSON object."""
        return msgspec.json.encode(self)


def _short(value: object) -> str:
    text = "nothing" if value is None else str(value)
    return text if len(text) <= 500 else f"{text[:499]}…"
