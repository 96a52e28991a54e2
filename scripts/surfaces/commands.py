"""The `gridwall` command: help of every sub-command, settings, and what commands print."""

from __future__ import annotations

import json
import re
from pathlib import Path

from .checkout import Checkout
from .plain import plain, write
from .site import Site

#: prints the help of every command; a row of a box of commands begins with its name, the further
#: lines of a description with blanks
_HELP = """
import contextlib, io, json, re, sys
from dashboard.cli import main
waiting, found = [()], {}
while waiting:
    command = waiting.pop()
    sys.argv = ["gridwall", *command, "--help"]
    with contextlib.redirect_stdout(io.StringIO()) as printed, contextlib.suppress(SystemExit):
        main()
    found["-".join(("gridwall", *command))] = printed.getvalue()
    box = printed.getvalue().partition("─ Commands ─")[2]
    waiting += [(*command, name) for name in re.findall(r"^│ (\\S+) ", box, re.M)]
print(json.dumps(found))
"""
_SETTINGS = """
import importlib
for name in ("dashboard.config.settings", "dashboard.settings"):
    try:
        found = importlib.import_module(name).Settings
        break
    except ModuleNotFoundError:
        continue
prefix = found.model_config["env_prefix"]
for name, field in sorted(found.model_fields.items()):
    default = field.get_default(call_default_factory=True)
    limits = "".join(f"  {one}" for one in field.metadata)
    print(f"{prefix}{name.upper()}: {field.annotation} = {default!r}{limits}")
for name in ("env_file", "env_ignore_empty", "extra", "frozen"):
    print(f"({name} = {found.model_config.get(name)!r})")
"""

#: what is asked of a served city; names in braces are its facts
ANSWERS: tuple[tuple[str, ...], ...] = (
    ("--version",),
    ("state",),
    ("rejected", "--json"),
    ("dead-letters", "--json"),
    ("warnings",),
    ("outbox",),
    ("rules",),
    ("explain", "score", "--department", "{department}", "--month", "{month}"),
    ("as-of", "{moment}"),
    ("ledger", "{grid}"),
    ("story", "{event}"),
    ("audit",),
    ("wall", "list", "--json"),
    ("people", "list", "--json"),
    ("show",),
    ("scenes", "show"),
    ("scenes", "check"),
    # mistakes
    ("state", "--city", "atlantis"),
    ("story", "no-such-event"),
    ("ledger", "no-such-grid"),
    ("as-of", "yesterday"),
    ("explain", "score", "--department", "nobody", "--month", "{month}"),
    ("replay", "no-such-file.csv"),
    ("brief", "--out", "briefs", "--range", "never"),
    ("people", "role", "nobody", "viewer"),
    ("wall", "revoke", "nothing"),
    ("no-such-command",),
)


def write_help(checkout: Checkout, out: Path) -> None:
    """help/<command>.txt of every command, found in the help of the one above."""
    found: dict[str, str] = json.loads(checkout.python(_HELP, cwd=out).stdout)
    for name, text in found.items():
        write(out / "help" / f"{name}.txt", "\n".join(x.rstrip() for x in text.splitlines()))


def write_settings(checkout: Checkout, out: Path) -> None:
    """settings.txt: every variable with its type, default and limits."""
    empty = out / "help"  # no file of settings is found here
    write(out / "settings.txt", checkout.python(_SETTINGS, cwd=empty).stdout)


def write_answers(site: Site, out: Path) -> None:
    """cli/<city>/<command>.txt: exit code and what commands print."""
    for number, command in enumerate(ANSWERS):
        arguments = [one.format_map(site.facts) for one in command]
        done = site.run(*arguments)
        root = str(site.checkout.root)
        text = f"$ gridwall {' '.join(command)}\nexit code {done.returncode}\n"
        for name, printed in (("stdout", _sorted(done.stdout)), ("stderr", done.stderr)):
            lines = [f"{name}: {one.rstrip()}" for one in printed.splitlines() if one.strip()]
            text += "".join(f"{one}\n" for one in lines)
        words = "-".join(re.sub(r"\W+", "", one) for one in command)
        path = out / "cli" / site.city / f"{number:02}-{words}.txt"
        write(path, plain(text.replace(root, "<checkout>")))


def _sorted(printed: str) -> str:
    """JSON in the order of its keys; other text as it is."""
    try:
        return json.dumps(json.loads(printed), ensure_ascii=False, indent=1, sort_keys=True)
    except ValueError:
        return printed
