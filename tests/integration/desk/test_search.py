"""Events are found by their number and by words in their comments; old files of the archive too."""

from __future__ import annotations

from pathlib import Path

import duckdb

from dashboard.core.fold.rows import facts
from dashboard.core.lifecycle.late import replay
from dashboard.core.lifecycle.replay import Item
from dashboard.core.lifecycle.transitions import MOST_WORDS
from dashboard.core.model.actions import Action, Kind
from data_sources.desk.copy.reader import Reader
from data_sources.desk.copy.schema import names
from data_sources.desk.copy.tables import Part, Tables
from data_sources.desk.search import FoundEvents, events
from tests.support.stores.engine import RULES, T0, life


def table(tables: Tables, comments: dict[str, list[str]]) -> None:
    """Events with comments, as the only ones in memory."""
    rows = {}
    for number, (name, texts) in enumerate(comments.items()):
        actions = life(name, T0 + number)
        actions += [
            Action(action_id=f"{name}:c{n}", event_id=name, kind=Kind.COMMENT, ts=T0 + 900_000 + n,
                   text=text)
            for n, text in enumerate(texts)
        ]  # fmt: skip
        state = replay(RULES, [Item(f"{a.ts}-{n}", a, a.ts) for n, a in enumerate(actions)]).state
        assert state is not None
        rows[name] = facts(RULES, state)
    tables.change(tables.new(), rows, None)


def asked(tables: Tables, text: str, area: str = "") -> FoundEvents:
    with tables.snapshot(area) as (cursor, _):
        return events(Reader(cursor, tables.guard, RULES, T0, area), text)


def test_numbers_and_words_in_the_area() -> None:
    tables = Tables()
    table(
        tables,
        {"HS-1": ["路灯坏了", "Lamp replaced"], "hs-12": [], "x-13800001111": ["号码已隐去"]},
    )
    found = asked(tables, "hs-1")
    assert [one[0] for one in found.numbers] == ["HS-1", "hs-12"]
    assert found.numbers_all == 2
    assert asked(tables, "路灯").words == [("HS-1", "c1", "路灯坏了 Lamp replaced")]
    assert asked(tables, "lamp").words_all == 1
    assert asked(tables, "13800001111").numbers_all == 1
    assert asked(tables, "lamp", "150403").words_all == 0
    assert asked(tables, "nothing") == FoundEvents(numbers=[], numbers_all=0, words=[], words_all=0)


def test_the_last_comments_are_kept() -> None:
    tables = Tables()
    table(tables, {"e": [f"note {n:02d}!" for n in range(MOST_WORDS + 1)]})
    assert asked(tables, "note 00!").words_all == 0
    assert asked(tables, "note 01!").words_all == 1


def test_files_of_the_archive_without_the_column_have_no_words(tmp_path: Path) -> None:
    tables = Tables(tmp_path)
    table(tables, {"old": ["lamp"], "new": ["lamp"]})
    with tables.snapshot("") as (cursor, _):
        rows = cursor.execute(f"SELECT {names('events')} FROM events").df()
    for name, columns in (("old", [c for c in rows if c != "words"]), ("new", list(rows))):
        own = rows[rows.event_id == name][columns]
        with duckdb.connect() as db:
            db.register("own", own)
            db.execute(f"COPY own TO '{tmp_path}/{name}.parquet' (FORMAT parquet)")
    files = {"events": [Part((f"{tmp_path}/old.parquet", f"{tmp_path}/new.parquet"))]}
    tables.change(tables.new(), {}, None, files)
    found = asked(tables, "lamp")
    assert [one[0] for one in found.words] == ["new"]
    files = {"events": [Part((f"{tmp_path}/old.parquet",))]}
    tables.change(tables.new(), {}, None, files)
    assert asked(tables, "old").numbers_all == 1
    assert asked(tables, "lamp").words_all == 0
