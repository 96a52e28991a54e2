"""Numbers that may have been made to look good, told beside what is usual elsewhere. Pure.

A check says where to look, never that somebody cheated; it changes no score. It stands out where it
is far above all the others of the same kind and period, and not by a handful of cases.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from dashboard.core.scoring.formulas import CHECKS
from dashboard.core.scoring.scores import Score
from dashboard.core.scoring.shrinkage import wilson

#: fewer cases stand for nothing
MIN_CASES = 3
#: times what is usual elsewhere
FAR_ABOVE = 1.5


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """A check of one subject; shares are 0 to 1, None where there is nothing to share."""

    name: str
    #: the measure that it is a share of
    of_name: str
    count: int
    of: int
    share: float | None
    #: the share of all others together
    elsewhere: float | None
    stands_out: bool


def checked(score: Score, everybody: Iterable[Score]) -> list[Checked]:
    """The four checks of ``score`` against all others of its board."""
    others = [other for other in everybody if other.subject != score.subject]
    out = []
    for name, of in CHECKS.items():
        own = score.checks[name]
        whole = sum(other.checks[name].of for other in others)
        usual = sum(other.checks[name].count for other in others) / whole if whole else None
        out.append(
            Checked(
                name=name,
                of_name=of,
                count=own.count,
                of=own.of,
                share=own.share,
                elsewhere=usual,
                stands_out=_far(own.count, own.of, usual),
            )
        )
    return out


def _far(count: int, of: int, usual: float | None) -> bool:
    if usual is None or count < MIN_CASES or of < count:
        return False
    share = count / of
    return share > FAR_ABOVE * usual and wilson(share, of)[0] > usual
