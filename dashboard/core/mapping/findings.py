"""What a guess states: which column it takes for what, how sure, why; and what it asks. Pure."""

from __future__ import annotations

from typing import Literal

import msgspec

Certainty = Literal["sure", "likely", "unsure"]
#: what a column may be taken for, in the order in which it is shown
ROLES = (
    "id", "opened", "closed", "due", "updated", "status", "category", "department", "county",
    "township", "community", "grid", "position", "channel",
)  # fmt: skip
#: why a column is not read
LEFT_OUT = (
    "personal", "text", "address", "stamp", "plane", "repeated", "blank", "worked out", "unknown",
)  # fmt: skip


class Finding(msgspec.Struct, frozen=True):
    """One thing that the table is taken to say."""

    role: str
    #: the column, or columns
    column: str
    certainty: Certainty
    #: codes of the reasons, such as ``name``; what follows a colon is shown as it is
    reasons: tuple[str, ...] = ()


class Question(msgspec.Struct, frozen=True):
    """What the table does not tell, and what may be answered."""

    about: str
    choices: tuple[str, ...]


class Seen(msgspec.Struct, frozen=True):
    """The findings about one table and its questions."""

    findings: tuple[Finding, ...] = ()
    questions: tuple[Question, ...] = ()
