"""Every counted message reads right for 1 and for other numbers, by gettext's forms and CLDR's."""

from __future__ import annotations

import gettext
import re

import pytest
from babel import Locale
from babel.messages.pofile import read_po

from dashboard import ROOT
from dashboard.config.words import LANGUAGES, catalogue
from dashboard.config.words.plurals import categories, say

EN, ZH = catalogue("en"), catalogue("zh")
#: verbs and nouns of English that no message puts after a 1
AFTER_ONE = frozenset(
    """were are have events matters reports rows days warnings departments places households entries
    ones handlings others grids""".split()  # noqa: SIM905
)
#: shares; more rows than are shown; a range of days; two things that were saved
RIGHT = {
    "brief.say_rate: 1 were",
    "briefs.say.quality: 1 were",
    "briefs.table.cut: 1 rows",
    "review.dep.age: 1 days",
    "review.events.age: 1 days",
    "review.people.done.change: 1 have",
    "review.range.last_days: 1 days",
}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_files_forms_are_those_of_cldr(lang: str) -> None:
    with (ROOT / f"dashboard/config/words/{lang}.po").open("rb") as file:
        held = read_po(file)
    chosen = gettext.c2py(held.plural_expr)  # type: ignore[attr-defined]
    assert held.num_plurals == len(categories(lang))
    for n in range(202):
        assert categories(lang)[chosen(n)] == Locale(lang).plural_form(n), n


@pytest.mark.parametrize(
    ("key", "values", "english", "chinese"),
    [
        ("export.rows", {"total": 1}, "1 row", "1 行"),
        ("export.rows", {"total": 1234}, "1,234 rows", "1,234 行"),
        ("export.rows", {"total": 0}, "0 rows", "0 行"),
        ("briefs.say.open", {"open": 1}, "1 was open at the end.", "期末在办 1 件。"),
        ("briefs.say.open", {"open": 2}, "2 were open at the end.", "期末在办 2 件。"),
        ("review.grid.count", {"n": 1}, "1 event in all", "共 1 件"),
        ("area.households", {"n": 1}, "household", "户"),
    ],
)
def test_a_number_has_its_form(
    key: str, values: dict[str, int], english: str, chinese: str
) -> None:
    assert say(EN, key, **values) == english
    assert say(ZH, key, **values) == chinese


def test_no_message_reads_wrong_for_one() -> None:
    """With 1 in the blank a form depends on, or in any blank of a message that has one form."""
    wrong = []
    for key in EN:
        if "#" in key:
            continue
        by = EN.get(f"{key}#by")
        words = EN.get(f"{key}#one", EN[key])
        names = [by] if by else re.findall(r"{(\w+)}", words)
        for name in names:
            after = words.partition(f"{{{name}}} ")[2].split(" ", 1)[0].strip(".,;:")
            if after in AFTER_ONE:
                wrong.append(f"{key}: 1 {after}")
    assert set(wrong) <= RIGHT, wrong


def test_the_number_a_form_depends_on_must_be_one() -> None:
    with pytest.raises(TypeError, match="open"):
        say(EN, "briefs.say.open", open="1")
