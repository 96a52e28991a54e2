"""The page of a screen that is not paired: plain HTML, so that it needs neither Dash nor a token.

Pure. Every word is there in both languages, because the reader is not known yet; the code itself
comes by ``assets/screens/pairing.mjs``. Also here: how ``old.js`` is put before all other scripts.
"""

from __future__ import annotations

from collections.abc import Callable
from html import escape

from dashboard.config.words import catalogue

_LANGUAGES = {"zh": "zh-CN", "en": "en"}
_HEAD = "<head>"
#: The first Chromium that has all that the wall's styles and scripts use; docs/unattended.md
OLDEST = 105


def with_old_first(index: str, asset: Callable[[str], str]) -> str:
    """A page's template with the check for old browsers before everything else."""
    return index.replace(_HEAD, f"{_HEAD}\n        {_old(asset)}", 1)


def _old(asset: Callable[[str], str], *, alone: bool = False) -> str:
    """The script with its words: it can rely on nothing else of the page."""
    words = "".join(
        f' data-{key}-{lang}="{escape(catalogue(lang)["old." + key])}"'
        for lang in _LANGUAGES
        for key in ("title", "versions", "unknown")
    )
    words += ' data-alone="yes"' if alone else ""
    return f'<script src="{asset("old.js")}" data-needed="{OLDEST}"{words}></script>'


def page(first: str, asset: Callable[[str], str]) -> str:
    """The page; ``first`` is the language that comes first."""
    order = sorted(_LANGUAGES, key=lambda lang: lang != first)

    def both(key: str, name: str) -> str:
        return "".join(
            f'<p class="{name}" lang="{_LANGUAGES[lang]}">{escape(catalogue(lang)[key])}</p>'
            for lang in order
        )

    steps = both("pairing.how", "how")
    words = "".join(
        f'<div class="say" data-say="{state}" hidden>{both(f"pairing.{state}", "")}</div>'
        for state in ("asking", "waiting", "unreachable")
    )
    return f"""<!DOCTYPE html>
<html lang="{_LANGUAGES[first]}">
<head>
<meta charset="utf-8">
{_old(asset, alone=True)}
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Gridwall</title>
<link rel="stylesheet" href="{asset("tokens.css")}">
<link rel="stylesheet" href="{asset("screens/pairing.css")}">
</head>
<body>
<main class="wall dark pairing">
<div class="head">{both("pairing.title", "title")}</div>
<div class="code" role="status" aria-live="polite" id="gw-code" data-code=""></div>
<div class="steps">{steps}<p class="command" id="gw-command"></p></div>
<div class="foot">{words}</div>
</main>
<script type="module" src="{asset("screens/pairing.mjs")}"></script>
</body>
</html>
"""
