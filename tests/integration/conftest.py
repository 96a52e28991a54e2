"""Ends the threads that an integration test leaves, so that they don't disturb the next test."""

from __future__ import annotations

import weakref
from collections.abc import Iterator
from typing import Any

import pytest

from data_sources.desk.desk import Desk


@pytest.fixture(scope="module", autouse=True)
def desks_end() -> Iterator[None]:
    """Stop the threads of all desks that a file of tests has made."""
    made: weakref.WeakSet[Desk] = weakref.WeakSet()
    start = Desk.__init__

    def noted(self: Desk, *args: Any, **more: Any) -> None:
        start(self, *args, **more)
        made.add(self)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Desk, "__init__", noted)
        yield
    for desk in list(made):
        desk.close()
