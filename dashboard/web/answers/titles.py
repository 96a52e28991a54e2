"""The title of a document in the language of its address.

Dash asks for a page's layout and then, in the same task, for its title, without the query that has
the language. So a layout leaves the title behind in a context variable.
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any

PRODUCT = "Gridwall"

_TITLE: ContextVar[str] = ContextVar("title", default=PRODUCT)


def leave_title(*parts: str) -> None:
    """Keep what the page is about and where as the title of the layout being made."""
    _TITLE.set(" · ".join(filter(None, (*parts, PRODUCT))))


def title(**_: Any) -> str:
    """The title of the layout made last in this task; for Dash's ``title=``."""
    return _TITLE.get()
