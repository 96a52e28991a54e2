"""The sign-in form, and the page shown when a request is refused: plain HTML, no Dash, no scripts.

Pure. Everything from outside is escaped; the look (language, theme) is in the address.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape
from urllib.parse import urlencode

from dashboard.config.words import LANGUAGES, catalogue

PATH = "/sign-in"
_TAGS = {"zh": "zh-CN", "en": "en"}
THEMES = ("light", "dark")

Asset = Callable[[str], str]


@dataclass(frozen=True)
class Look:
    """How a page looks, and what it is called."""

    lang: str
    theme: str
    #: the city's title in this language
    title: str
    asset: Asset


def sign_in(
    look: Look, *, next: str, name: str = "", wrong: str = "", minutes: int = 0,
    provider: bool = False, local: bool = True,
) -> str:  # fmt: skip
    """The form; ``wrong`` is the kind of error (`signin.error.…`), ``next`` the address after."""
    text = catalogue(look.lang)
    error = ""
    if wrong:
        words = escape(text[f"signin.error.{wrong}"].format(minutes=minutes))
        error = f'<p class="wrong" role="alert" id="gw-wrong">{words}</p>'
    hidden = "".join(
        f'<input type="hidden" name="{key}" value="{escape(value)}">'
        for key, value in {"next": next, "lang": look.lang, "theme": look.theme}.items()
    )
    form = f"""<form method="post" action="/api/v1/sign-in">{hidden}
<label for="gw-name">{escape(text["signin.name"])}</label>
<input id="gw-name" name="name" value="{escape(name)}" autocomplete="username" required
 maxlength="80" autocapitalize="none" spellcheck="false"{"" if name else " autofocus"}>
<label for="gw-password">{escape(text["signin.password"])}</label>
<input id="gw-password" name="password" type="password" autocomplete="current-password" required
 maxlength="200"{" autofocus" if name else ""}>
<button type="submit">{escape(text["signin.go"])}</button>
</form>"""
    other = ""
    if provider:
        query = urlencode({"next": next, "lang": look.lang, "theme": look.theme})
        words = escape(text["signin.provider"])
        kind = "other" if local else "other alone"
        other = f'<a class="{kind}" href="/api/v1/sign-in/oidc?{escape(query)}">{words}</a>'
    parting = f'<p class="or">{escape(text["signin.or"])}</p>' if provider and local else ""
    hint = escape(text["signin.hint"])
    body = (
        f"<h1>{escape(text['signin.title'])}</h1>{error}{form if local else ''}{parting}{other}"
        f'<p class="hint">{hint}</p>'
    )
    return _page(look, text["signin.title"], body, PATH, {"next": next})


def notice(look: Look, status: int, detail: Mapping[str, str], back: str) -> str:
    """The page in place of one that is refused (403), missing (404) or unavailable (503)."""
    text = catalogue(look.lang)
    kind = {403: "refused", 404: "missing", 503: "unavailable"}.get(status, "failed")
    body = (
        f'<p class="status">{status}</p><h1>{escape(text[f"notice.{kind}.title"])}</h1>'
        f'<p class="words">{escape(text[f"notice.{kind}.words"].format(**detail))}</p>'
        f'<a class="go" href="/">{escape(text["notice.home"])}</a>'
        f'<a class="other" href="{PATH}?{urlencode({"next": back, "lang": look.lang})}">'
        f"{escape(text['notice.other'])}</a>"
    )
    return _page(look, text[f"notice.{kind}.title"], body, "", {})


def _page(look: Look, title: str, body: str, path: str, keep: Mapping[str, str]) -> str:
    text = catalogue(look.lang)
    links = _links(look, path, keep) if path else ""
    return f"""<!DOCTYPE html>
<html lang="{_TAGS[look.lang]}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<link rel="icon" href="/_favicon.ico">
<title>{escape(title)} · {escape(look.title)}</title>
<link rel="stylesheet" href="{look.asset("tokens.css")}">
<link rel="stylesheet" href="{look.asset("screens/sign_in.css")}">
</head>
<body class="review {look.theme} sign-in">
<main>
<p class="city">{escape(look.title)}</p>
<section class="card">{body}</section>
<footer>{links}<span class="product">{escape(text["signin.product"])}</span></footer>
</main>
</body>
</html>
"""


def _links(look: Look, path: str, keep: Mapping[str, str]) -> str:
    """To the same page in the other languages and the other theme."""
    text = catalogue(look.lang)

    def link(words: str, lang: str, theme: str, tag: str) -> str:
        query = urlencode({**keep, "lang": lang, "theme": theme})
        return f'<a href="{path}?{escape(query)}" lang="{tag}">{escape(words)}</a>'

    others = [lang for lang in LANGUAGES if lang != look.lang]
    found = [link(text[f"review.lang.{lang}"], lang, look.theme, _TAGS[lang]) for lang in others]
    theme = THEMES[look.theme == THEMES[0]]
    found.append(link(text[f"signin.{theme}"], look.lang, theme, _TAGS[look.lang]))
    return "".join(found)
