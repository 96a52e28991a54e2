"""Fills a message of the catalogue, in the plural form of its number.

A message with plural forms names the blank that its form depends on as ``msgid_plural``:

    msgid "briefs.say.open"
    msgid_plural "{open}"
    msgstr[0] "{open} matter was open at the end."
    msgstr[1] "{open} matters were open at the end."

The forms are gettext's, in the order of the file's ``Plural-Forms``; which one a number takes is
CLDR's rule, here by Babel and in the browser by ``Intl.PluralRules`` (``assets/words.mjs``). Both
look a form up under ``KEY#CATEGORY``, and the blank under ``KEY#by``; ``KEY`` itself is the form
``other``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

from babel import Locale
from babel.plural import PluralRule

from dashboard.config.words.figures import count

#: CLDR's categories in the order in which gettext numbers the forms; "other" comes last
_ORDER = ("zero", "one", "two", "few", "many")


def say(text: Mapping[str, str], key: str, **values: object) -> str:
    """The message in the form of its number, its blanks filled; numbers are grouped."""
    written = {
        name: count(value) if isinstance(value, (int, float)) else value
        for name, value in values.items()
    }
    return form(text, key, values).format(**written)


def form(text: Mapping[str, str], key: str, values: Mapping[str, object]) -> str:
    """The message in the form of its number, unfilled.

    Raises ``TypeError`` if the value that the form depends on is not a number.
    """
    by = text.get(f"{key}#by")
    if by is None:
        return text[key]
    number = values.get(by)
    if not isinstance(number, (int, float)):
        raise TypeError(f"{key}: {{{by}}} must be a number, not {number!r}")
    return text.get(f"{key}#{_rule(text['export.lang'])(abs(number))}", text[key])


def forms(lang: str, key: str, by: str, written: Sequence[str]) -> dict[str, str]:
    """A message's entries in the catalogue, from gettext's forms."""
    named = dict(zip(categories(lang), written, strict=True))
    return {
        key: named.pop("other"),
        f"{key}#by": by.strip("{}"),
        **{f"{key}#{category}": words for category, words in named.items()},
    }


@cache
def categories(lang: str) -> tuple[str, ...]:
    """CLDR's plural categories of a language, in the order of gettext's forms: one, other."""
    rule = _rule(lang)
    return (*(one for one in _ORDER if one in rule.tags), "other")


@cache
def _rule(lang: str) -> PluralRule:
    return Locale(lang).plural_form
