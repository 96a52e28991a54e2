"""The scene file as `/scenes` changes it: a draft is checked, and written with a record of who."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

import msgspec

from dashboard.config.cities import City
from dashboard.config.reading import ConfigError, Mistake
from dashboard.config.scenes import Scenes, check, for_page, read
from dashboard.config.scenes.draft import Draft
from dashboard.config.scenes.writer import NotChangeable, empty, written
from dashboard.config.toml_file import parse_toml
from dashboard.web.answers.errors import Refused
from dashboard.web.people.record import note
from data_sources.walls.scene_file import Changed, NotWritable, SceneFileStore

#: words of the reader's reasons → the end of the message id that the page shows for them
_KINDS = (
    ("rectangle", r"in one rectangle"),
    ("seam", r"crosses a seam|a seam between|seams of the first|seams fit no profile"),
    ("empty", r"no panel in it|missing; expected rows of panels"),
    ("count", r"columns for rows of|rows for \d+ lines|names; expected"),
    ("share", r"a positive number|list of positive numbers"),
    ("place", r"has no place with this code"),
    ("rotate", r"a number from 0 to 3600"),
    ("scenes", r"a list of names in quotes"),
    ("scene", r"unknown scene"),
    ("panel", r"unknown panel"),
    ("profile", r"unknown profile"),
    ("screen", r"not a screen's name"),
    ("name", r"not a name"),
    ("city", r"for another city"),
    # what no other words fit: the page has the kind in its language, and the reader's own sentence
    ("missing", r"^missing"),
    ("unknown", r"^unknown"),
    ("expected", r"expected"),
)


class Saving(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A draft, and the version of the file that it was made from."""

    version: str
    draft: Draft


class File(NamedTuple):
    """What the page shows of the file."""

    name: str
    version: str
    #: why it cannot be written; ""
    refusal: str
    #: the names of the scenes that are in it; all others are shipped
    own: list[str]
    #: what is wrong with it as it is
    mistakes: list[dict[str, Any]]


class SceneEditor:
    """The scene file of a site as `/scenes` changes it."""

    def __init__(self, store: SceneFileStore, scenes: Scenes, city: City) -> None:
        self._store, self._scenes, self._city = store, scenes, city

    def file(self) -> File:
        """The file as it is now."""
        try:
            found = self._store.read()
        except NotWritable as error:
            return File(str(self._store.path), "", str(error), [], [])
        mistakes: list[dict[str, Any]] = []
        try:
            check(found.text, self._store.path, self._city)
        except ConfigError as error:
            mistakes = plain(error.mistakes)
        return File(
            str(self._store.path), found.version, self._store.refusal(),
            _own(self._store, found.text), mistakes,
        )  # fmt: skip

    def tried(self, draft: Draft) -> dict[str, Any]:
        """``{"mistakes", "page"}``: the file as the draft would make it; nothing is written."""
        text, _ = self._changed(draft)
        return self._checked(text)

    def save(self, asked: Saving) -> dict[str, Any]:
        """Write the draft; ``{"mistakes", "page", "version", "own"}``, the version "" if it is not.

        Raises 409 for a file that has changed since, or that cannot be written.
        """
        text, version = self._changed(asked.draft)
        if version != asked.version:
            raise _changed_since()
        found = self._checked(text)
        if found["mistakes"]:
            return {**found, "version": "", "own": []}
        try:
            new = self._store.write(text, version)
        except Changed as error:
            raise _changed_since() from error
        except NotWritable as error:
            raise Refused(409, "not writable", str(error)) from error
        note("scenes-changed", _about(asked.draft), self._store.path.name)
        return {**found, "version": new, "own": _own(self._store, text)}

    def _changed(self, draft: Draft) -> tuple[str, str]:
        """The file's text with the draft in it, and the version it was made from."""
        try:
            found = self._store.read()
            text = found.text or empty(self._city.id)
            return written(text, draft, read(None, self._city).wall), found.version
        except NotWritable as error:
            raise Refused(409, "not writable", str(error)) from error
        except NotChangeable as error:
            raise Refused(409, "not changeable", str(error)) from error

    def _checked(self, text: str) -> dict[str, Any]:
        try:
            file = check(text, self._store.path, self._city)
        except ConfigError as error:
            return {"mistakes": plain(error.mistakes), "page": None}
        return {"mistakes": [], "page": for_page(file, "draft")}


def plain(mistakes: tuple[Mistake, ...]) -> list[dict[str, Any]]:
    """Mistakes as the page gets them; ``kind`` names its words."""
    return [{**one._asdict(), "kind": _kind(one.reason)} for one in mistakes]


def _kind(reason: str) -> str:
    return next((kind for kind, words in _KINDS if re.search(words, reason)), "other")


def _own(store: SceneFileStore, text: str) -> list[str]:
    try:
        below = parse_toml(store.path, text).plain().get("scene")
    except ConfigError:
        return []
    return list(below) if isinstance(below, dict) else []


def _about(draft: Draft) -> str:
    """What a draft changes, in a few words for the record."""
    parts = [f"wall {draft.wall.screen}".strip()] if draft.wall else []
    parts += [f"scene {draft.scene.id}"] if draft.scene else []
    parts += [f"without {name}" for name in draft.gone]
    return ", ".join(parts)[:200]


def _changed_since() -> Refused:
    return Refused(409, "changed", "the file has changed since the page read it")
