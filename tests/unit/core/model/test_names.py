"""Every derived name fits, stays the same, and is of one thing only; none is built elsewhere."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dashboard import ROOT
from dashboard.core.lifecycle import links
from dashboard.core.lifecycle.links import Noted
from dashboard.core.lifecycle.notify import withdrawn
from dashboard.core.model import names
from dashboard.core.model.actions import Action, Kind, check, decode, encode
from dashboard.core.model.notices import Notice

#: every function of the module that makes a name, found by looking
MAKERS: dict[str, Callable[..., str]] = {
    name: found
    for name, found in inspect.getmembers(names, inspect.isfunction)
    if found.__module__ == names.__name__
    and not name.startswith("_")
    and inspect.signature(found).return_annotation == "str"
}
_PRINTABLE = st.characters(exclude_categories=("C", "Z"), include_characters=" ")
IDS = st.text(_PRINTABLE, min_size=1, max_size=names.MOST).filter(str.isprintable)
NUMBERS = st.integers(0, 10**13 - 1)


def arguments(maker: Callable[..., str]) -> st.SearchStrategy[tuple[str | int, ...]]:
    """What the function may be given."""
    kinds = [one.annotation for one in inspect.signature(maker).parameters.values()]
    parts = [NUMBERS if kind == "int" else IDS for kind in kinds if kind in ("int", "str")]
    return st.tuples(*parts)


def test_all_makers_are_looked_at() -> None:
    assert {"escalation", "forwarding", "recurrence", "absorption", "again"} <= MAKERS.keys()
    assert {"file_step", "simulated_step", "notice", "withdrawal", "resending"} <= MAKERS.keys()


@pytest.mark.parametrize("name", sorted(MAKERS.keys() - {"fitted"}))
@given(data=st.data())
def test_a_derived_name_fits(name: str, data: st.DataObject) -> None:
    maker = MAKERS[name]
    given_ = data.draw(arguments(maker))
    made = maker(*given_)
    assert 0 < len(made) <= names.MOST
    assert made.isprintable()
    assert maker(*given_) == made
    other = data.draw(arguments(maker))
    first = next(at for at, one in enumerate(given_) if isinstance(one, str))
    changed = tuple(other[first] if at == first else one for at, one in enumerate(given_))
    # what names one thing names no other
    assert (maker(*changed) == made) == (changed[first] == given_[first])


@given(st.text(_PRINTABLE, min_size=1, max_size=names.MOST))
def test_a_name_that_fits_is_not_changed(text: str) -> None:
    assert names.fitted(text) == text


@given(st.text(_PRINTABLE, min_size=names.MOST + 1, max_size=2000), st.integers(0, 2000))
@example("E" * 188 + ":escalate:1781000000000", 100)
def test_one_letter_makes_another_name(text: str, at: int) -> None:
    at %= len(text)
    other = text[:at] + ("x" if text[at] != "x" else "y") + text[at + 1 :]
    assert names.fitted(text) != names.fitted(other)


@given(IDS, IDS, NUMBERS, NUMBERS)
@example("E" * 188, "F" * 200, 1, 1_781_000_000_000)
def test_the_engines_own_actions_can_be_read_back(one: str, other: str, a: int, b: int) -> None:
    """188 characters and a deadline were 211: the fold refused the clock's action."""
    at = max(1, min(a, b) - 1)
    if one == other:
        return
    made = [
        links.recurrence(Noted(one, at, at, at), Noted(other, at + 1, at, at)),
        Action(action_id=names.escalation(one, at), event_id=one, kind=Kind.ESCALATE, ts=at),
    ]
    first = Action(action_id=other, event_id=one, kind=Kind.URGE, ts=at)
    step = links.forwarded(first, at, other)
    for number in range(50):
        made.append(step)
        step = links.forwarded(step, at, f"{number}{other}"[: names.MOST])
    for action in made:
        assert len(check(action).action_id) <= names.MOST
        assert decode(encode(action)) == action


@given(IDS, st.text(_PRINTABLE, min_size=1, max_size=300))
@example("E" * 200, "handed_over:" + "a" * 200)
def test_a_notice_can_be_withdrawn_and_sent_again(event_id: str, cause: str) -> None:
    first = Notice(id=names.notice(event_id, cause), event_id=event_id, at=1, what="step", to="x")
    back = withdrawn(first, 2)
    assert (back.ref, back.ref_what) == (first.id, "step")
    assert back.id == f"{first.id}:withdrawn"
    for made in (first.id, back.id):
        again = names.resending(made, 1_000_000)
        assert len(again) <= names.MOST
        assert again == f"{made}~1000000"


def _built(file: Path) -> Iterator[int]:
    """Lines that give ``action_id``, or the id of a notice, text made on the spot."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        for word in node.keywords:
            own = word.arg == "action_id" or (word.arg == "id" and name == "Notice")
            if own and isinstance(word.value, ast.JoinedStr | ast.BinOp):
                yield node.lineno


def test_no_other_module_builds_the_name_of_an_action_or_a_notice() -> None:
    rooms = ("dashboard", "data_sources", "callbacks", "layouts")
    files = [file for room in rooms for file in (ROOT / room).rglob("*.py")]
    assert len(files) > 200
    found = [f"{file.name}:{line}" for file in files for line in _built(file)]
    assert found == []
