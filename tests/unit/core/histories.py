"""Random lives of a few events: mostly lawful, sometimes not, sometimes sent twice."""

from __future__ import annotations

from hypothesis import strategies as st

from dashboard.core.events import Action, Channel, Kind, Level
from tests.unit.core.model import ALLOWED, LEADS_TO
from tests.unit.core.modelclock import DAY, HOUR, MINUTE
from tests.unit.core.support import ms

START = ms("2018-02-08 07:00")
#: minutes to days, and a Spring Festival in between
GAPS = (0, 1, 4 * MINUTE, 13 * MINUTE, 25 * MINUTE, HOUR, 2 * HOUR, 7 * HOUR, 20 * HOUR, 2 * DAY)
PLACES = (
    (),
    ("150402",),
    ("150402", "150402001", "", "150402001001001"),
    ("150403", "", "150403001001", ""),
    ("150402", "150402001", "150402001001", "150402001001002"),
)
POSITIONS = ((None, None), (42.2571, 118.8869), (42.2572, 118.8871), (43.97, 119.4))
LEVELS = tuple(Level)
ASIDE = ("merge", "reject", "urge", "correct", "escalate", "suspend", "extend", "return")
KINDS = tuple(Kind)

_draw = st.tuples(
    st.sampled_from((0, 0, 0, 1, 1, 2)),  # event
    st.integers(0, 99),  # what
    st.integers(0, len(GAPS) - 1),
    st.integers(0, 255),  # the action's own fields
)


def _action(number: int, event: str, kind: Kind, ts: int, n: int) -> Action:
    """An action whose fields are picked by ``n``; one in eight lacks what it needs."""
    whole = n % 8 != 7
    lat, lon = POSITIONS[n // 4 % 4]
    fields: dict[str, object] = {}
    if kind is Kind.REPORT:
        fields = {"category": ("water", "waste")[n % 2], "place": PLACES[n % 5]}
        fields |= {"level": LEVELS[n // 2 % 4] if whole else None, "lat": lat, "lon": lon}
        fields["channel"] = (None, Channel.HOTLINE, Channel.CITIZEN)[n % 3]
    elif kind is Kind.DISPATCH:
        due = ts + (-HOUR, 0, 5 * HOUR, 3 * DAY)[n // 8 % 4] if n % 3 == 0 else None
        fields = {"department": ("D1", "D2")[n % 2] if whole else "", "due": due}
        fields["no_respond"] = n % 5 == 0
    elif kind is Kind.EXTEND:
        fields = {"until": ts + (n - 40) * HOUR // 2 if whole else None}
    elif kind is Kind.MERGE:
        fields = {"target": "e9" if whole else ""}
    elif kind is Kind.REVISIT:
        fields = {"satisfied": (None, True, False)[n % 3]}
    elif kind is Kind.CORRECT:
        fields = {"level": (None, *LEVELS)[n % 5], "place": PLACES[n // 5 % 5]}
        fields |= {"lat": lat, "lon": lon, "category": ("", "waste")[n % 2]}
    return Action(action_id=f"h{number}", event_id=event, kind=kind, ts=ts, **fields)  # type: ignore[arg-type]


def _told(draws: list[tuple[int, int, int, int]], *, backwards: bool) -> list[Action]:
    out: list[Action] = []
    status: dict[str, str] = {}
    before: dict[str, str] = {}
    now = START
    for number, (who, what, gap, n) in enumerate(draws):
        event = f"e{who}"
        now += GAPS[gap]
        if what == 99 and out and backwards:
            out.append(out[n % len(out)])
            continue
        ts = now - 90 * MINUTE if backwards and what == 98 else now
        if what < 92 and event not in status:
            kind = Kind.REPORT
        elif what < 92:
            # what ends a story early is rarer than what carries it on
            lawful = [*ALLOWED[status[event]].split(), "correct", "escalate"]
            onward = [k for k in lawful if k not in ASIDE]
            names = 4 * onward + lawful
            kind = Kind(names[(7 * what + n) % len(names)])
        else:
            kind = KINDS[(what + n) % len(KINDS)]
        action = _action(number, event, kind, ts, n)
        out.append(action)
        # a rough guess is enough here: it only makes lawful steps likely
        if kind is Kind.REPORT:
            status.setdefault(event, "reported")
        elif event in status and str(kind) in ALLOWED[status[event]].split():
            if kind is Kind.SUSPEND:
                before[event] = status[event]
            guess = before.get(event, "registered") if kind is Kind.RESUME else status[event]
            status[event] = LEADS_TO.get(str(kind), guess)
    return out


def histories(*, backwards: bool = True, max_size: int = 60) -> st.SearchStrategy[list[Action]]:
    """Actions of up to three events in the order of arrival; with ``backwards`` a few come late."""
    return st.lists(_draw, min_size=15, max_size=max_size).map(
        lambda draws: _told(draws, backwards=backwards)
    )
