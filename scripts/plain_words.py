"""Lists words that stop a reader, in comments, docstrings and identifiers; docs/contributing.md.

``python scripts/plain_words.py [PATH …]`` prints file, line and word; ``--count`` prints how often
each word occurs; ``--check`` exits 1 if a word occurs that `JUSTIFIED` does not name.
"""

from __future__ import annotations

import argparse
import ast
import io
import re
import subprocess
import sys
import tokenize
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
PRODUCTION = ("app.py", "assets", "callbacks", "dashboard", "data_sources", "layouts")

#: A word or phrase → what to write in its place.
PLAIN = {
    "anew": "again, from scratch",
    "asker": "caller, viewer",
    "beside": "next to, alongside",
    "good no longer": "no longer valid",
    "hangs on": "depends on",
    "heard of": "seen",
    "ill": "invalid",
    "let go": "disconnected",
    "lies": "is",
    "nobody": "no one is meant: name the user, or say that there is none",
    "of old": "old",
    "put right": "corrected",
    "said": "sent, logged, shown",
    "says": "shows, reports, returns",
    "somebody": "a user, the caller",
    "stands": "is, is shown",
    "told": "notified (people), reported (values)",
    "whoever": "the caller, the user who",
}
_PHRASES = re.compile(r"\b(" + "|".join(map(re.escape, PLAIN)) + r")\b", re.IGNORECASE)
_PARTS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")

#: (file, word) → why the word is right there.
JUSTIFIED: dict[tuple[str, str], str] = {
    ("dashboard/core/model/notices.py", "said"): "key of stored notices",
    (
        "dashboard/core/model/state.py",
        "stands",
    ): "a tally stands in its month's score; its name is sent",
    ("dashboard/core/questions/story.py", "said"): "key of an event's story over HTTP",
    ("dashboard/core/scoring/reasons.py", "stands"): "'stands out' is the plain phrase",
    ("dashboard/core/wall/steering.py", "told"): "key of the beats that walls read",
    ("layouts/pages/event/story.py", "said"): "the same key as in the story",
}


class Found(NamedTuple):
    """One occurrence."""

    path: str
    line: int
    word: str
    text: str


def in_text(path: str, line: int, text: str) -> Iterator[Found]:
    """The listed words and phrases of a comment or docstring that begins at ``line``."""
    for match in _PHRASES.finditer(text):
        number = line + text.count("\n", 0, match.start())
        around = text[max(0, match.start() - 30) : match.end() + 30].replace("\n", " ")
        yield Found(path, number, match[1].lower(), around)


def in_name(path: str, line: int, name: str) -> Iterator[Found]:
    """The listed single words that are parts of an identifier."""
    for part in _PARTS.findall(name):
        if part.lower() in PLAIN:
            yield Found(path, line, part.lower(), name)


def in_python(path: str, code: str) -> Iterator[Found]:
    """The listed words of a Python file."""
    for token in tokenize.generate_tokens(io.StringIO(code).readline):
        if token.type == tokenize.COMMENT:
            yield from in_text(path, token.start[0], token.string)
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            if isinstance(node.value.value, str):
                yield from in_text(path, node.lineno, node.value.value)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield from in_name(path, node.lineno, node.name)
        elif isinstance(node, ast.arg):
            yield from in_name(path, node.lineno, node.arg)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield from in_name(path, node.lineno, node.id)


#: Comments of the other languages, and the names that JavaScript declares.
_COMMENTS = {
    ".css": re.compile(r"/\*.*?\*/", re.DOTALL),
    ".js": re.compile(r"/\*.*?\*/|(?<![:\"'`/])//[^\n]*", re.DOTALL),
    ".lua": re.compile(r"--[^\n]*"),
}
_DECLARED = re.compile(r"\b(?:function|const|let|var|class)\s+([A-Za-z_$][\w$]*)")


def in_other(path: str, code: str, suffix: str) -> Iterator[Found]:
    """The listed words of a script, style sheet or Lua file."""
    for comment in _COMMENTS[suffix].finditer(code):
        line = code.count("\n", 0, comment.start()) + 1
        yield from in_text(path, line, comment[0])
    if suffix == ".js":
        for name in _DECLARED.finditer(code):
            yield from in_name(path, code.count("\n", 0, name.start()) + 1, name[1])


def find(paths: list[str], root: Path = ROOT) -> list[Found]:
    """All occurrences in the tracked files below ``paths``, in order of file and line."""
    listed = subprocess.run(
        ["git", "ls-files", "--", *paths], cwd=root, check=True, capture_output=True, text=True
    ).stdout.splitlines()
    found: list[Found] = []
    for path in listed:
        suffix = {".mjs": ".js"}.get(Path(path).suffix, Path(path).suffix)
        if "/vendor/" in path or not (root / path).is_file():
            continue
        if suffix == ".py":
            found += in_python(path, (root / path).read_text("utf-8"))
        elif suffix in _COMMENTS:
            found += in_other(path, (root / path).read_text("utf-8"), suffix)
    return sorted(found)


def main() -> int:
    """Print what was asked for; 1 if ``--check`` found a word that is not justified."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("paths", nargs="*", default=list(PRODUCTION))
    parser.add_argument("--count", action="store_true", help="how often each word occurs")
    parser.add_argument("--check", action="store_true", help="only words that are not justified")
    parser.add_argument("--root", type=Path, default=ROOT, help="another checkout")
    asked = parser.parse_args()
    found = find(asked.paths or list(PRODUCTION), asked.root)
    if asked.check:
        found = [one for one in found if (one.path, one.word) not in JUSTIFIED]
    if asked.count:
        for word, number in Counter(one.word for one in found).most_common():
            print(f"{number:5} {word}")
    else:
        for one in found:
            print(f"{one.path}:{one.line}: {one.word} ({PLAIN[one.word]}): {one.text}")
    print(f"{len(found)} in all", file=sys.stderr)
    return 1 if asked.check and found else 0


if __name__ == "__main__":
    sys.exit(main())
