"""Writes a `Mapping` as a ``mapping.toml`` with comments, to be read and changed by people."""

from __future__ import annotations

from collections.abc import Mapping as Table
from typing import Any

import msgspec
import tomlkit
from tomlkit import TOMLDocument
from tomlkit.items import Table as Section

from dashboard.core.mapping.model import Mapping

_HEAD = (
    "这份文件说明数据表的各列是什么，可以修改；docs/mapping.md 有全部写法。",
    "What the columns of the file are. Change what is wrong; docs/mapping.md has the whole schema.",
)
_ABOUT = {
    "kind": "一行是什么：事项的现状 snapshot，或一次操作 log / a row is an event today, or a step",
    "zone": "城市时区 / the city's zone; times without an offset are in it",
    "id": "事项编号的列；[] 表示一行一件 / columns that name an event; []: the rows are the events",
    "read": "怎样读文件 / how the file is read",
    "opened": "上报时间 / when it was reported",
    "closed": "结束时间 / when it ended",
    "due": "截止时间 / when it is due",
    "updated": "更新时间 / when the row was changed last",
    "status": "状态的词 → open、closed、rejected / words → state; blank: what no word means",
    "category": "类别 / what kind of event it is",
    "department": "承办部门 / who handles it",
    "channel": "来源 / by which way: handheld, hotline, citizen, sensor, patrol, partner",
    "place": "地点的列，由大到小 / columns of places, the widest first",
    "position": "坐标；GCJ02、BD09、EPSG:… 须写明 / coordinates; say the system unless WGS84",
    "level": "类别名含这些词时的级别 / the level of categories with these words in their name",
    "skip": "不读的列和原因 / columns that are not read, and why",
}


def mapping_text(mapping: Mapping) -> str:
    """The mapping as TOML; reading it gives the same mapping."""
    plain: dict[str, Any] = msgspec.to_builtins(mapping)
    doc = tomlkit.document()
    for line in _HEAD:
        doc.add(tomlkit.comment(line))
    plain.setdefault("kind", mapping.kind)
    plain["id"] = list(mapping.id) if len(mapping.id) != 1 else mapping.id[0]
    for name in ("kind", "zone", "id"):
        if name in plain:
            _about(doc, name)
            doc.add(name, plain[name])
    for name in _ABOUT:
        value = plain.get(name)
        if name in ("kind", "zone", "id") or not value:
            continue
        _about(doc, name)
        if name == "level":
            rules = tomlkit.aot()
            for rule in value:
                rules.append(_section(rule))
            doc.add(name, rules)
        else:
            doc.add(name, _section(value))
    return tomlkit.dumps(doc)


def _about(doc: TOMLDocument, name: str) -> None:
    doc.add(tomlkit.nl())
    doc.add(tomlkit.comment(_ABOUT[name]))


def _section(values: Table[str, Any]) -> Section:
    table = tomlkit.table()
    for name, value in values.items():
        if isinstance(value, dict):
            inner = tomlkit.table()
            for word, meaning in value.items():
                inner.add(tomlkit.key(word), meaning)
            table.add(name, inner)
        elif isinstance(value, tuple | list):
            table.add(name, [list(one) if isinstance(one, tuple) else one for one in value])
        else:
            table.add(name, value)
    return table
