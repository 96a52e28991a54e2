"""Every Lua file has a header that names its keys and arguments, a caller, and correct syntax."""

import ast
import re
from pathlib import Path

import pytest
import redis

import data_sources
from data_sources.store import lua

ROOT = Path(data_sources.__file__).parent
NAMES = sorted(path.relative_to(ROOT).with_suffix("").as_posix() for path in ROOT.rglob("*.lua"))
INCLUDE = re.compile(r"--@include (\S+)")
NAMED = re.compile(r"local (\w+) = (KEYS|ARGV)\[(\d+)\]")
REST = re.compile(r"-- (KEYS|ARGV)\[(\d+)\.\.\]: \S")


def source(name: str) -> str:
    return (ROOT / f"{name}.lua").read_text(encoding="utf-8")


def split(text: str) -> tuple[list[str], str]:
    """The header's lines (comments, includes, names), and the body without its comments."""
    lines = text.splitlines()
    end = 0
    while end < len(lines) and (lines[end].startswith("--") or NAMED.fullmatch(lines[end])):
        end += 1
    body = "\n".join(line for line in lines[end:] if not line.lstrip().startswith("--"))
    return lines[:end], body


def loaded() -> set[str]:
    """What the modules load: the names in calls of ``lua.script`` and ``lua.text``."""
    found = set()
    for path in ROOT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            of = node.func.value
            if isinstance(of, ast.Name) and of.id == "lua" and node.func.attr in ("script", "text"):
                found |= {arg.value for arg in node.args if isinstance(arg, ast.Constant)}
    return found


def included(names: set[str]) -> set[str]:
    found = {one for name in names for one in INCLUDE.findall(source(name))}
    return found | included(found) if found else found


def faults(text: str) -> list[str]:
    """What a file lacks of a header that names all that its body reads."""
    header, body = split(text)
    out = [] if header and header[0].startswith("-- ") else ["it does not begin with what it does"]
    for kind in ("KEYS", "ARGV"):
        named = {
            int(m[3]): m[1] for line in header if (m := NAMED.fullmatch(line)) and m[2] == kind
        }
        rests = [int(m[2]) for line in header if (m := REST.match(line)) and m[1] == kind]
        if list(named) != list(range(1, len(named) + 1)):
            out.append(f"the names of {kind} are not 1, 2, 3, …")
        if rests not in ([], [len(named) + 1]):
            out.append(f"the rest of {kind} does not follow its last name")
        if re.search(rf"\b{kind}\[\d+\]", body):
            out.append(f"the body reads {kind} by a bare index")
        if bool(rests) != bool(re.search(rf"\b{kind}\b", body)):
            out.append(f"the header names a rest of {kind}, or the body reads it: not both")
        out += [f"{name} is not used" for name in named.values() if not _used(name, body)]
    return out


def _used(name: str, body: str) -> bool:
    return bool(re.search(rf"(?<![\w.']){name}(?![\w'])", body))


@pytest.mark.parametrize("name", NAMES)
def test_the_header_names_what_the_body_reads(name: str) -> None:
    assert faults(source(name)) == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("local meta = KEYS[1]\n\nreturn meta\n", "it does not begin with what it does"),
        ("-- Reads.\n\nreturn KEYS[1]\n", "the body reads KEYS by a bare index"),
        ("-- Reads.\nlocal meta = KEYS[1]\n\nreturn 1\n", "meta is not used"),
        ("-- Reads.\nlocal b = ARGV[2]\n\nreturn b\n", "the names of ARGV are not 1, 2, 3, …"),
        (
            "-- Reads.\nlocal a = ARGV[1]\n-- ARGV[3..]: more\n\nreturn {a, unpack(ARGV)}\n",
            "the rest of ARGV does not follow its last name",
        ),
        (
            "-- Reads.\nlocal a = ARGV[1]\n\nreturn {a, unpack(ARGV, 2)}\n",
            "the header names a rest of ARGV, or the body reads it: not both",
        ),
    ],
)
def test_a_header_that_lacks_something_is_found(text: str, fault: str) -> None:
    assert fault in faults(text)


def test_every_file_has_a_caller_and_every_caller_a_file() -> None:
    calls = loaded()

    assert calls | included(calls) == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_the_server_takes_it(redis_client: redis.Redis, name: str) -> None:
    script = lua.script(redis_client, name)

    assert redis_client.script_load(lua.text(name)) == script.sha
    assert "--@include" not in lua.text(name)


def test_a_script_is_the_same_text_at_every_call() -> None:
    assert lua.text("fold/commit") is lua.text("fold/commit")
    assert "local function server_ms()" in lua.text("fold/commit")
