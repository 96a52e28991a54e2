"""Every module is loaded by a page, and no entry twice: a module has one address only."""

from __future__ import annotations

import pytest

from dashboard import ROOT
from dashboard.web.answers.asset_urls import assets_version, module, modules

ASSETS = ROOT / "assets"
ENTRIES = ("wall/main.mjs", "pages/main.mjs")
#: loaded by an address of their own: the worker, and the page of a screen that is not paired
ALONE = {"stream.worker.mjs", "screens/pairing.mjs"}


def names() -> set[str]:
    return {path.relative_to(ASSETS).as_posix() for path in ASSETS.rglob("*.mjs")}


@pytest.mark.parametrize("entry", ENTRIES)
def test_an_entry_is_imported_by_none(entry: str) -> None:
    loaded = modules(entry)
    assert loaded[0] == entry
    assert len(loaded) == len(set(loaded))
    for name in names():
        assert entry not in modules(name)[1:], name


def test_no_module_is_left_over() -> None:
    loaded = {name for entry in ENTRIES for name in modules(entry)}
    assert loaded | ALONE == names()


def test_the_address_holds_the_version() -> None:
    assert module("wall/main.mjs") == f"/assets/v-{assets_version()}/wall/main.mjs"
