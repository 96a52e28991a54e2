"""Scripts that run on the server, one Lua file each, in the folder of the module that calls them.

A file begins with what the script does and returns, then names its ``KEYS`` and ``ARGV``. A line
``--@include store/server_ms`` is replaced with the text of that file: functions that scripts share.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import overload

import redis
import redis.asyncio
from redis.commands.core import AsyncScript, Script

_INCLUDE = re.compile(r"^--@include (\S+)\n", re.MULTILINE)


@cache
def text(name: str) -> str:
    """The script ``name``, such as ``fold/commit``, with the files that it includes."""
    path = files("data_sources").joinpath(*f"{name}.lua".split("/"))
    return _INCLUDE.sub(lambda found: text(found[1]), path.read_text(encoding="utf-8"))


@overload
def script(r: redis.Redis, name: str) -> Script: ...
@overload
def script(r: redis.asyncio.Redis, name: str) -> AsyncScript: ...
def script(r: redis.Redis | redis.asyncio.Redis, name: str) -> Script | AsyncScript:
    """The script ``name``, to call with ``keys`` and ``args`` on this connection."""
    return r.register_script(text(name))
