"""Whether a notice is news: told once, unless it was taken back in between. Pure.

What comes late may take a notice back and make it true again; the outbox then names it twice.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from data_sources.courier.deliveries import Delivery

_BACK = ":withdrawn"


class LastWord:
    """Knows what was said of some events: event id → fields of their records."""

    def __init__(self, said: Mapping[str, set[str]]) -> None:
        self._said = said

    def news(self, one: Delivery) -> Delivery | None:
        """The delivery, under a name of its own if it repeats; None if it was said already."""
        notice, names = one.notice, self._said[one.notice.event_id]
        back = notice.what == "withdrawn"
        base = f"{one.channel}|{notice.ref if back else notice.id}"
        told, taken = _count(names, base), _count(names, base + _BACK)
        if back and taken:
            if told <= taken:
                return None
            again = {"id": f"{notice.id}~{taken + 1}", "ref": f"{notice.ref}~{told}"}
            one = replace(one, notice=replace(notice, **again))
        elif not back and told:
            if taken < told:
                return None
            one = replace(one, notice=replace(notice, id=f"{notice.id}~{told + 1}"))
        names.add(one.name)
        return one


def _count(names: set[str], base: str) -> int:
    """How often a name stands there, repetitions included."""
    return sum(1 for name in names if name == base or name.startswith(base + "~"))
