"""The writer of scene files: what is written is what is read again, and nothing else moves."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.config.reading import ConfigError
from dashboard.config.scenes import PANELS, SceneFile, check, read
from dashboard.config.scenes.draft import (
    Draft,
    LayoutDraft,
    SceneDraft,
    WallDraft,
    of_scene,
    of_wall,
)
from dashboard.config.scenes.model import NOTHING, SHAPES
from dashboard.config.scenes.writer import NotChangeable, empty, written
from tests.support.scenefiles import GOOD, city
from tests.support.scenefiles import written as on_disk

CITY = city()
SHIPPED = read(None, CITY)
HERE = Path(__file__).parent / "scenes.toml"
PLACES = [code for code, place in CITY.places.items() if place.tier in CITY.named_tiers][:20]
#: a file as people write it: comments, tables out of order, keys with dots, quoted names
ODD = """\
# the wall of the hall
wall.rotate = 20 # slowly

[scene.river]   # 河道
columns = [3, 1]
rows = [1]
# the river on the left
layout = '''
map kpis
'''

[map]
shade = "overdue" # since spring

[screen."大厅 1"]
scenes = [
  "river", # first
]

[scene.banks]
columns = [1]
rows = [1]
layout = "queue"
"""


def now(text: str) -> SceneFile:
    return check(text, HERE, CITY)


def change(text: str, **draft: object) -> str:
    return written(text, Draft(**draft), SHIPPED.wall)  # type: ignore[arg-type]


@st.composite
def layouts(draw: st.DrawFn) -> LayoutDraft:
    """A grid of panels side by side or on top of each other, with a free column or none."""
    panels = draw(st.lists(st.sampled_from(PANELS), min_size=1, max_size=4, unique=True))
    stacked = draw(st.booleans())
    lines = [[name] * draw(st.integers(1, 2)) for name in panels]
    row = [name for line in lines for name in line]
    cells = [[name] for name in row] if stacked else [row]
    if draw(st.booleans()):
        cells = [[*one, NOTHING] for one in cells]
    share = st.one_of(st.integers(1, 2000), st.floats(0.25, 1000, allow_nan=False))
    return LayoutDraft(
        columns=tuple(float(draw(share)) for _ in cells[0]),
        rows=tuple(float(draw(share)) for _ in cells),
        cells=tuple(tuple(one) for one in cells),
    )


NAMES = st.text(st.characters(categories=("L", "N", "P", "S")), min_size=1, max_size=12)
WORDS = st.builds(lambda zh, en: {"zh": zh, "en": en}, NAMES, NAMES)
SCENES = st.builds(
    SceneDraft,
    id=st.sampled_from(("river", "banks", "new-one", "overview")),
    name=WORDS,
    area=st.sampled_from(("", *PLACES)),
    layouts=st.fixed_dictionaries({shape: layouts() for shape in SHAPES}),
)
WALLS = st.builds(
    WallDraft,
    screen=st.one_of(st.just(""), st.sampled_from(("大厅 1", 'a "b" ]', "lobby.2")), NAMES).filter(
        lambda name: "/" not in name and "\\" not in name
    ),
    rotate=st.floats(0, 3600, allow_nan=False),
    scenes=st.lists(st.sampled_from(("overview", "map", "queue")), min_size=1).map(tuple),
    theme=st.sampled_from(("dark", "light")),
    profile=st.sampled_from(("", "dual", "quad")),
    area=st.sampled_from(("", *PLACES)),
    lang=st.sampled_from(("", "zh", "en")),
)


@settings(max_examples=60, deadline=None)
@given(text=st.sampled_from((ODD, empty("chifeng"), "")), scene=SCENES, wall=WALLS)
def test_what_is_written_is_read_again(text: str, scene: SceneDraft, wall: WallDraft) -> None:
    before = now(text)
    after = now(change(text, scene=scene, wall=wall))
    assert of_scene(after.scenes[scene.id]) == scene
    assert of_wall(after.of(wall.screen), wall.screen) == wall
    # all else is as it was: other scenes, other settings
    assert {k: v for k, v in after.scenes.items() if k != scene.id} == {
        k: v for k, v in before.scenes.items() if k != scene.id
    }
    assert (after.map, after.overlays, after.profiles) == (
        before.map,
        before.overlays,
        before.profiles,
    )
    if wall.screen:
        assert after.wall == before.wall


def test_a_whole_file_written_again_is_equal(tmp_path: Path) -> None:
    first = read(on_disk(tmp_path, GOOD), CITY)
    text = empty("chifeng")
    for one in first.scenes.values():
        text = change(text, scene=of_scene(one))
    text = change(text, wall=of_wall(first.wall))
    again = now(text)
    assert again.scenes == first.scenes
    assert of_wall(again.wall) == of_wall(first.wall)


def test_a_draft_of_what_is_there_changes_no_byte() -> None:
    found = now(ODD)
    river = msgspec.structs.replace(of_scene(found.scenes["river"]), name={}, layouts={})
    assert change(ODD, scene=river, wall=of_wall(found.wall)) == ODD


def test_comments_order_and_lists_stay() -> None:
    text = change(
        ODD,
        wall=WallDraft(screen="大厅 1", rotate=45, scenes=("river",), area=PLACES[0]),
        scene=SceneDraft(id="river", name={"zh": "河", "en": "River"}),
    )
    assert all(
        words in text
        for words in (
            "# the wall of the hall",
            "20 # slowly",
            "# since spring",
            "# first",
            "# 河道",
        )
    )
    assert text.index("[scene.river]") < text.index("[map]") < text.index("[scene.banks]")
    assert now(text).screens["大厅 1"].rotate == 45


def test_seams_and_free_cells_are_drawn() -> None:
    layout = LayoutDraft(
        columns=(1.0, 2.0),
        rows=(1.0, 1.5),
        cells=(("map", "queue"), (".", "kpis")),
        seams=((1,), (1,)),
    )
    four = SceneDraft(id="four", name={"en": "Four"}, layouts={"landscape": layout})
    text = change("", scene=four)
    assert 'layout = """\nmap | queue\n-----------\n.   | kpis\n"""' in text
    assert now(text).scenes["four"].landscape.row_seams == (1,)


def test_a_scene_goes_and_a_rotation_that_needs_it_is_a_mistake() -> None:
    assert "banks" not in now(change(ODD, gone=("banks",))).scenes
    with pytest.raises(ConfigError, match=r"screen\.大厅 1\.scenes\[1\]"):
        now(change(ODD, gone=("river",)))


def test_text_that_is_no_toml_is_not_touched() -> None:
    with pytest.raises(NotChangeable):
        change("[wall\n", wall=WallDraft(scenes=("map",)))
