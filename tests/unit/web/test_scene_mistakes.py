"""A scene file's mistakes have words in both languages, the rare ones too."""

from __future__ import annotations

import pytest

from dashboard.config.reading import Mistake
from dashboard.config.words import LANGUAGES, catalogue
from dashboard.web.pages.scene_editing import plain


@pytest.mark.parametrize(
    ("reason", "kind"),
    [
        ("each panel once, in one rectangle", "rectangle"),
        ("a number from 0 to 3600", "rotate"),
        ('unknown scene; did you mean "map"?', "scene"),
        ("missing; expected a GeoJSON file", "missing"),
        ("unknown; known are name, area", "unknown"),
        ('expected "22:00-07:00" or ""', "expected"),
        ("no file roads.geojson", "other"),
    ],
)
def test_every_mistake_has_words(reason: str, kind: str) -> None:
    (found,) = plain((Mistake(reason, 3, "scene.a"),))
    assert found["kind"] == kind
    for lang in LANGUAGES:
        assert catalogue(lang)[f"review.scenes.wrong.{kind}"]
    if kind in ("missing", "unknown", "expected", "other"):
        assert all("{reason}" in catalogue(x)[f"review.scenes.wrong.{kind}"] for x in LANGUAGES)
