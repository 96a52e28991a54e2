"""Scene files: what a good one gives, and that every mistake is named with its line."""

from __future__ import annotations

import json
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from dashboard.cli.scenes import _city_of
from dashboard.config.scenes import PANELS, Layout, Profile, Scenes, for_page, read, shapes
from dashboard.config.scenes.model import SHAPES
from dashboard.config.toml_file import Lines
from tests.support.scenefiles import GOOD, city, good, line_of, mistakes, written


def test_a_good_file_gives_what_differs(tmp_path: Path) -> None:
    found = good(tmp_path)
    assert (found.wall.rotate, found.wall.quiet, found.wall.volume) == (30, "21:30-06:00", 0.6)
    river = found.scenes["river"]
    assert river.name == {"zh": "河道", "en": "河道"}
    assert river.area == "150402"
    assert river.landscape.cells == (("map", "kpis", "queue"), ("map", "levels", "queue"))
    assert river.landscape.column_seams == (2,)
    # the shipped scenes and walls stay
    assert {"overview", "map", "queue", "departments", "area", "brief"} < found.scenes.keys()
    assert {"dual", "quad", "north"} <= found.profiles.keys()
    assert found.overlays[0].file == tmp_path / "hydrants.geojson"


#: (text of the good file, text in its place, words of the sentence), and at what
#: the sentence points if not there
WRONG: list[tuple[str, ...]] = [
    ("rotate = 30", "rotate = = 30", "not TOML"),
    ("rotate = 30", "rotat = 30", 'wall.rotat=30: unknown; did you mean "rotate"?'),
    ("rotate = 30", 'rotate = "30"', "wall.rotate='30': expected a number from 0 to 3600"),
    ("rotate = 30", "volume = 1.5", "wall.volume=1.5: expected a number from 0 to 1"),
    ("rotate = 30", 'theme = "blue"', "expected one of dark, light"),
    (
        "rotate = 30",
        'profile = "nort"',
        "wall.profile='nort': unknown profile; did you mean \"north\"?",
    ),
    ("rotate = 30", "voice = 1", "wall.voice=1: expected true or false"),
    (
        'scenes = ["overview", "river"]',
        'scenes = ["overview", "rive"]',
        "wall.scenes[2]='rive': unknown scene; did you mean",
    ),
    ('scenes = ["overview", "river"]', "scenes = []", "expected a list of names"),
    ('quiet = "21:30-06:00"', 'quiet = "21:30-25:00"', 'expected "22:00-07:00"'),
    ("[map.base]", "[map.bas]", 'map.bas={…}: unknown; did you mean "base"?'),
    ('url = "https', 'ur = "https', 'did you mean "url"?'),
    ('kind = "xyz"', 'kind = "pmtiles"', '"pmtiles" needs a file', "[map.base]"),
    ("{z}/{x}/{y}", "{z}/{x}", "expected {z}, {x} and {y}"),
    ('"hydrants.geojson"', '"hydrant.geojson"', "no file"),
    ('"hydrants.geojson"', '"scenes.toml"', "is not GeoJSON"),
    ('en = "Hydrants"', 'fr = "Bouches"', 'unknown language "fr"'),
    ('mark = "square"', 'mark = "star"', "expected one of dot, square"),
    ('scenes = ["river"]', 'scenes = ["sea"]', "overlay[1].scenes[1]='sea': unknown scene"),
    (
        "columns = 2\n",
        "columns = 0\n",
        "profile.north.columns=0: expected a whole number from 1 to 8",
    ),
    ("rows = 1\n", "rows = 1.5\n", "expected a whole number from 1 to 4"),
    ("bezel = 10", "bezel = -1", "expected a number from 0 to 200"),
    ('name = { zh = "河道" }', 'name = "河道"', 'expected { zh = "…", en = "…" }'),
    ('name = { zh = "河道" }', 'name = { zh = "" }', "scene.river.name.zh='': expected"),
    ('area = "150402"', 'area = "999999"', "area='999999': chifeng has no place with this code"),
    ("columns = [3, 1, 2]", "columns = [3, 1]", "2 columns for rows of 3 names"),
    (
        "columns = [3, 1, 2]",
        "columns = [3, 0, 2]",
        "scene.river.columns[2]=0: expected a positive number",
    ),
    ("rows = [1, 1]", "rows = [1]", "1 rows for 2 lines"),
    ("rows = [1, 1]\n", "", "missing; expected a list of positive numbers", "[scene.river]"),
    (
        "map levels | queue",
        "mapp levels | queue",
        "layout='mapp': unknown panel; did you mean \"map\"?",
    ),
    (
        "map levels | queue",
        "map queue | levels",
        "layout='queue': expected each panel once, in one rectangle",
        "map kpis",
    ),
    (
        "map levels | queue",
        "kpis levels | map",
        "expected each panel once, in one rectangle",
        "map kpis",
    ),
    ("map levels | queue", "map | levels queue", "its seams are not where"),
    ("map levels | queue", "map queue", "2 names; expected 3"),
    ("map kpis   | queue\nmap levels | queue", "", "no panel in it", "layout ="),
    (
        "map kpis   | queue\nmap levels | queue",
        "map map|kpis\nmap map|map",
        "expected each panel once, in one rectangle",
    ),
    (
        "map kpis   | queue\nmap levels | queue",
        "map | map area\nmap | map area",
        "crosses a seam",
    ),
]


@pytest.mark.parametrize("wrong", WRONG, ids=[one[1][:24] for one in WRONG])
def test_a_mistake_is_named_with_its_line(tmp_path: Path, wrong: tuple[str, ...]) -> None:
    was, now, words, *at = wrong
    found = mistakes(tmp_path, GOOD.replace(was, now, 1))
    line = line_of(GOOD, at[0] if at else was)
    assert [one for one in found if words in one and one.startswith(f"line {line}: ")], found


def test_seams_without_a_wall_of_as_many_screens(tmp_path: Path) -> None:
    text = GOOD.replace("map kpis   | queue", "map | kpis | queue").replace(
        "map levels | queue", "map | levels | queue"
    )
    assert mistakes(tmp_path, text) == []  # three side by side: the shipped wall `triple`
    text = text.replace("[3, 1, 2]", "[1, 1, 1, 1]").replace("| queue", "| queue | trend")
    assert [one for one in mistakes(tmp_path, text) if "4 × 1 screens" in one]


def test_all_mistakes_at_once_in_the_order_of_lines(tmp_path: Path) -> None:
    text = GOOD.replace("rotate = 30", "rotate = -1").replace("bezel = 10", "bezle = 10")
    found = mistakes(tmp_path, text.replace('mark = "square"', "mark = 3"))
    assert [int(one.split(":")[0][5:]) for one in found] == [2, 13, 19]


def test_lines_of_every_key() -> None:
    text = 'a = [\n 1, # ]\n "]"\n]\nb.c = """\nx # "\n"""\n[[t]]\nk = {x="}"}\n[[t]]\n[t.d]\nz=1\n'
    lines = Lines(text)
    assert [lines.line(at) for at in (("a",), ("b", "c"), ("t", 0), ("t", 0, "k"))] == [1, 5, 8, 9]
    assert lines.text_line(("b", "c")) == 6
    assert [lines.line(at) for at in (("t", 1), ("t", 1, "d", "z"), ("t", 0, "k", "x"))] == [
        10,
        12,
        9,
    ]


def test_shipped_scenes_use_every_panel_and_fit_every_wall() -> None:
    shipped = read(None, city())
    page = for_page(shipped, "x")
    used: set[str] = set()
    for scene in page["scenes"].values():
        for shape in SHAPES:
            used |= {cell for row in scene[shape]["cells"] for cell in row}
            panels = {cell for row in scene[shape]["cells"] for cell in row}
            for name, wall in page["profiles"].items():
                layout = scene[shape]["screens"][name]
                assert {c for row in layout["cells"] for c in row} >= panels - {"."}
                assert _screens_in_use(layout) == wall["columns"] * wall["rows"]
                across, down = layout["seams"]
                assert (len(across), len(down)) == (wall["columns"] - 1, wall["rows"] - 1)
                _no_panel_crosses(layout["cells"], across, down)
    assert used - {"."} == set(PANELS)
    assert len(json.dumps(page)) < 40_000


def _screens_in_use(layout: dict[str, Any]) -> int:
    across, down = layout["seams"]
    return len(
        {
            (sum(x >= at for at in across), sum(y >= at for at in down))
            for y, row in enumerate(layout["cells"])
            for x, cell in enumerate(row)
            if cell != "."
        }
    )


def _no_panel_crosses(cells: list[list[str]], across: list[int], down: list[int]) -> None:
    for row in cells:
        assert not [at for at in across if row[at - 1] == row[at] != "."]
    for at in down:
        assert not [a for a, b in zip(cells[at - 1], cells[at], strict=True) if a == b != "."]


def test_layouts_not_spelt_out_show_the_same_panels(tmp_path: Path) -> None:
    river = good(tmp_path).scenes["river"]
    for shape in SHAPES:
        assert set(river.layout(shape).panels) == {"map", "kpis", "levels", "queue"}
    assert river.tall.cells[0] == ("map", "map")
    assert ("kpis", "levels") in river.tall.cells
    assert len(river.wide.columns) == 4  # stacked next to the map there, side by side here


def test_whatever_is_derived_keeps_every_panel_in_one_rectangle() -> None:
    walls = [Profile(id=f"{x}{y}", columns=x, rows=y) for x, y in ((2, 1), (3, 1), (2, 2))]
    for count in (1, 2, 3, 5, 7):
        for panels in combinations(PANELS, count):
            given = Layout(columns=(1.0,) * count, rows=(1.0,), cells=(panels,))
            for made in (shapes.tall(given), shapes.wide(given)):
                assert set(made.panels) == set(panels)
                _rectangles(made)
            for wall in walls:
                spread = shapes.spread(given, wall, (1920, 1080))
                assert set(spread.panels) >= set(panels)
                _rectangles(spread)
                _no_panel_crosses(
                    [list(row) for row in spread.cells],
                    list(spread.column_seams),
                    list(spread.row_seams),
                )


def _rectangles(layout: Layout) -> None:
    assert min(*layout.rows, *layout.columns) > 0
    assert (len(layout.rows), len(layout.columns)) == (len(layout.cells), len(layout.cells[0]))
    for panel in layout.panels:
        top, left, bottom, right = layout.span(panel)
        assert {c for row in layout.cells[top:bottom] for c in row[left:right]} == {panel}


def test_a_changed_file_is_read_and_a_broken_one_is_not_used(tmp_path: Path) -> None:
    path = written(tmp_path, GOOD)
    scenes = Scenes(path, city())
    first = scenes.fingerprint
    assert not scenes.refresh()
    path.write_text(GOOD.replace("rotate = 30", "rotate = 40"), "utf-8")
    assert scenes.refresh()
    assert scenes.current.wall.rotate == 40
    second = scenes.fingerprint
    assert second != first
    path.write_text("[wall]\nrotate = true\n", "utf-8")
    assert not scenes.refresh()
    assert scenes.error
    assert scenes.error[0].startswith("line 2: wall.rotate")
    assert (scenes.current.wall.rotate, scenes.fingerprint) == (40, second)
    path.unlink()
    assert not scenes.refresh()
    assert "cannot be read" in scenes.error[0]
    path.write_text(GOOD, "utf-8")
    assert scenes.refresh()
    assert (scenes.error, scenes.fingerprint) == ([], first)
    (tmp_path / "hydrants.geojson").write_text('{"type": "Point", "coordinates": [1, 2]}')
    assert scenes.refresh()
    assert scenes.fingerprint != first


def test_the_page_gets_no_path_and_no_address(tmp_path: Path) -> None:
    page = json.dumps(for_page(good(tmp_path), "x"))
    assert "tiles.example" not in page
    assert str(tmp_path) not in page


@pytest.mark.parametrize(
    ("text", "folder", "usual", "found"),
    [
        ('city = "chifeng"\n', "x", "la", "chifeng"),
        ('[scene.river]\narea = "150402"\n', "x", "la", "chifeng"),
        ('[screen.hall]\narea = "150402"\n', "x", "la", "chifeng"),
        ("", "chifeng", "la", "chifeng"),
        ("", "x", "la", "la"),
        # no city has it: the mistake is about the usual one
        ('[wall]\narea = "999999"\n', "x", "la", "la"),
    ],
)
def test_the_city_that_a_file_is_for(
    tmp_path: Path, text: str, folder: str, usual: str, found: str
) -> None:
    path = tmp_path / folder / "scenes.toml"
    path.parent.mkdir()
    path.write_text(text, "utf-8")
    assert _city_of(path, usual).id == found


def test_a_screen_of_its_own_is_as_every_wall_but_for_what_it_says(tmp_path: Path) -> None:
    text = GOOD + '[screen."大厅"]\nrotate = 10\narea = "150402"\nlang = "en"\n'
    found = good(tmp_path, text)
    hall = found.of("大厅")
    assert (hall.rotate, hall.area, hall.lang) == (10, "150402", "en")
    assert (hall.scenes, hall.quiet) == (found.wall.scenes, found.wall.quiet)
    assert found.of("lobby") == found.wall
    page = for_page(found, "x")
    assert page["screens"]["大厅"]["rotate"] == 10
    assert page["wall"]["rotate"] == 30
    assert mistakes(tmp_path, text.replace("150402", "1")) != []
    assert any("another city" in one for one in mistakes(tmp_path, f'city = "la"\n{GOOD}'))
