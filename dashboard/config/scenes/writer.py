"""Writes a draft into the text of a scene file: text in, text out; comments and order are kept.

A table that the file has is changed where it is, and only in the settings that differ (tomlkit
keeps what is around them). A table that it lacks is added at the end. The result is not checked
here: `check` of the reader reads it like any file.
"""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError

from dashboard.config.scenes.draft import Draft, LayoutDraft, SceneDraft, WallDraft
from dashboard.config.scenes.model import LANGUAGES, Wall
from dashboard.config.scenes.shapes import SEAM
from dashboard.errors import GridwallError

_Table = MutableMapping[str, Any]
_Path = tuple[str, ...]


class NotChangeable(GridwallError):
    """The file's text cannot be changed by a program as it is."""


def empty(city_id: str) -> str:
    """The text of a new file for a city."""
    return f'# The scenes of this city: what differs from the shipped ones.\ncity = "{city_id}"\n'


def written(text: str, draft: Draft, shipped: Wall) -> str:
    """The text with the draft in it; ``shipped`` is what every screen does without a file.

    Raises :class:`NotChangeable`.
    """
    try:
        return _Text(text).changed(draft, shipped)
    except TOMLKitError as error:
        raise NotChangeable(f"the file is not TOML: {error}") from error


class _Text:
    def __init__(self, text: str) -> None:
        self._document: Any = tomlkit.parse(text)
        self._added: list[tuple[_Path, dict[str, Any]]] = []

    def changed(self, draft: Draft, shipped: Wall) -> str:
        for name in draft.gone:
            scenes = self._table(("scene",))
            if scenes is not None and name in scenes:
                del scenes[name]
        if draft.wall is not None:
            self._wall(draft.wall, shipped)
        if draft.scene is not None:
            self._scene(draft.scene)
        text = tomlkit.dumps(self._document)
        for path, values in self._added:
            if text and not text.endswith("\n"):
                text += "\n"
            head = ".".join(tomlkit.key(part).as_string() for part in path)
            text += f"\n[{head}]\n{tomlkit.dumps(values)}"
        return text

    def _wall(self, wall: WallDraft, shipped: Wall) -> None:
        fields = (name for name in wall.__struct_fields__ if name != "screen")
        values = {name: _plain(getattr(wall, name)) for name in fields}
        if wall.screen:
            self._put(("screen", wall.screen), values)
            return
        table = self._table(("wall",)) or {}
        usual = {name: _plain(getattr(shipped, name)) for name in values}
        # what every screen does anyway need not be in the file
        needed = {k: v for k, v in values.items() if k in table or v != usual[k]}
        if needed:
            self._put(("wall",), needed)

    def _scene(self, scene: SceneDraft) -> None:
        path = ("scene", scene.id)
        names = {lang: scene.name[lang] for lang in LANGUAGES if scene.name.get(lang)}
        values: dict[str, Any] = {"name": _inline(names)} if names else {}
        table = self._table(path)
        if scene.area or (table is not None and "area" in table):
            values["area"] = scene.area
        if (first := scene.layouts.get("landscape")) is not None:
            values |= _layout(first)
        self._put(path, values)
        for shape in ("wide", "tall"):
            if (one := scene.layouts.get(shape)) is not None:
                self._put((*path, shape), _layout(one))

    def _table(self, path: _Path) -> _Table | None:
        found: Any = self._document
        for part in path:
            if not isinstance(found, MutableMapping) or part not in found:
                return None
            found = found[part]
        return found if isinstance(found, MutableMapping) else None

    def _put(self, path: _Path, values: Mapping[str, Any]) -> None:
        """Set values of a table, where they differ; a table that is not there is added."""
        table = self._table(path)
        if table is None:
            self._added.append((path, dict(values)))
            return
        for name, value in values.items():
            if name not in table or _other(table[name], value):
                table[name] = value


def _other(found: Any, value: Any) -> bool:
    """Whether the file has another value; a layout is its words, whatever is between them."""
    old = found.unwrap() if hasattr(found, "unwrap") else found
    if isinstance(old, str) and isinstance(value, str) and "\n" in value:
        return _rows(old) != _rows(value)
    return bool(old != value)


def _rows(picture: str) -> list[list[str]]:
    spaced = (row.replace(SEAM, f" {SEAM} ").split() for row in picture.splitlines())
    return [["-"] if set("".join(row)) == {"-"} else row for row in spaced if row]


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return list(value)
    return _number(value) if isinstance(value, float) else value


def _number(value: float) -> float | int:
    return int(value) if value == int(value) else value


def _inline(names: Mapping[str, str]) -> Any:
    table = tomlkit.inline_table()
    table.update(names)
    return table


def _layout(layout: LayoutDraft) -> dict[str, Any]:
    return {
        "columns": [_number(one) for one in layout.columns],
        "rows": [_number(one) for one in layout.rows],
        # parsed, because a string that is made cannot begin on the line after its quotes
        "layout": tomlkit.parse(f'layout = """\n{picture(layout)}\n"""\n')["layout"],
    }


def picture(layout: LayoutDraft) -> str:
    """The rows of a layout as text, its columns under each other, its seams marked."""
    across, down = layout.seams
    count = max((len(row) for row in layout.cells), default=0)
    widths = [
        max(len(row[x]) for row in layout.cells if len(row) > x) if layout.cells else 0
        for x in range(count)
    ]
    lines: list[str] = []
    for y, row in enumerate(layout.cells):
        words: list[str] = []
        for x, name in enumerate(row):
            words += [SEAM] if x in across else []
            words.append(name.ljust(widths[x]))
        if y in down:
            lines.append("-" * max(len(lines[0]) if lines else 0, 3))
        lines.append(" ".join(words).rstrip())
    return "\n".join(lines)
