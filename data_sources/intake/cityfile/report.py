"""Shows what a city's files are taken for: tables for people, one line for machines."""

from __future__ import annotations

import json

import msgspec
from rich.console import Console
from rich.table import Table

from dashboard.core.mapping.findings import ROLES, Finding
from data_sources.intake.cityfile.look import Look
from data_sources.intake.cityfile.survey import Survey
from data_sources.intake.dead_letter import shown

_ROLES = {
    "id": "编号 id",
    "opened": "上报 opened",
    "closed": "结束 closed",
    "due": "截止 due",
    "updated": "更新 updated",
    "status": "状态 status",
    "category": "类别 category",
    "department": "部门 department",
    "county": "一级地点 place 1",
    "township": "二级地点 place 2",
    "community": "三级地点 place 3",
    "grid": "网格 grid",
    "position": "坐标 position",
    "channel": "来源 channel",
}
_CERTAINTY = {"sure": "确定 sure", "likely": "大致 likely", "unsure": "存疑 unsure"}
_REASONS = {
    "name": "列名 its name",
    "cells": "内容 its cells",
    "range": "数值范围 range of its numbers",
    "differ": "各行不同 differs by row",
    "rows": "没有编号，一行一件 no id: each row is an event",
    "only": "唯一的日期列 the only column of dates",
    "days": "只有日期 days without a time",
    "utc word": "写着 UTC，实为当地时间 states UTC, taken as local",
    "blank by closing date": "空白看结束时间 blank: by the closing date",
    "blank is open": "空白为未结 blank means open",
    "blank is unknown": "空白为不明 blank means unknown",
    "nothing": "文件没有写状态 the file states nothing: reported only",
    "all ended": "每行都有结束时间 every row has an end",
    "closing date": "有结束时间即办结 closed where there is an end",
    "given": "由映射文件指定 given by the mapping",
    "clock": "时间另在 time of day in",
    "day-first": "日在前 day first",
    "month-first": "月在前 month first",
    "offsets": "时差 offset",
    "written": "写法 written as",
    "stand-ins": "表示不明的坐标 mean unknown:",
}
_LEFT = {
    "personal": "涉及个人，不读 personal, not read",
    "text": "自由文字，不读 text, not read",
    "address": "地址，不读 address, not read",
    "stamp": "导出时间 when the file was made",
    "plane": "平面坐标，未说明坐标系 plane coordinates, system not stated",
    "repeated": "与所取的列重复 repeats what is taken",
    "blank": "全空 blank",
    "worked out": "可以算出 can be worked out",
    "unknown": "用不到 not needed",
    "given": "由映射文件指定 given by the mapping",
}
_COUNTS = {
    "rows": "行 rows",
    "events": "事项 events",
    "open": "未结 open",
    "closed": "办结 closed",
    "rejected": "不予受理 rejected",
    "unknown": "状态不明 unknown",
    "located": "有坐标 located",
    "unreadable": "无法读取 unreadable",
}
#: names of the file that show whether its text was read rightly
_SAMPLES = 3


def line(look: Look) -> str:
    """The counts and questions as one line of JSON."""
    questions = [{"about": about, "choices": list(choices)} for about, choices in look.questions]
    plain = {**msgspec.to_builtins(look.counts), "questions": questions}
    return json.dumps(plain, ensure_ascii=False)


def show(look: Look, console: Console) -> None:
    """Print the tables."""
    for survey in look.surveys:
        _file(survey, console)
    counts = Table(title="清点 counts", title_justify="left")
    for title in _COUNTS.values():
        counts.add_column(title, justify="right")
    counts.add_row(*(f"{getattr(look.counts, name):,}" for name in _COUNTS))
    console.print(counts)
    undated = sum(tally.undated for tally in look.tallies)
    if undated:
        console.print(
            f"  {undated:,} 行没有上报时间，不上大屏 rows without a time, not on the wall"
        )
    if look.counts.unknown:
        console.print(
            "  没有状态的事项只计上报，不称未结 without a state: reported, not called open"
        )
    for about, choices in look.questions:
        console.print(f"  [bold]请答 answer first[/]  {about}: {' | '.join(choices)}")
    if look.questions:
        console.print("  写入映射文件，用 --map 给出 answer in a mapping file, given by --map")


def _file(survey: Survey, console: Console) -> None:
    table = survey.table
    facts = "  ".join(f"{name}: {value}" for name, value in table.facts)
    console.print(f"[bold]{table.file.name}[/]  {table.kind}  {facts}", highlight=False)
    if samples := _samples(survey):
        console.print(f"  例 such as: {'  '.join(samples)}", highlight=False, markup=False)
    taken = Table(title="各列的含义 what the columns are", title_justify="left")
    for title in ("含义 meaning", "列 column", "把握 how sure", "依据 why"):
        taken.add_column(title)
    order = {role: number for number, role in enumerate(ROLES)}
    for one in sorted(survey.seen.findings, key=lambda f: order.get(f.role, 99)):
        taken.add_row(
            _ROLES.get(one.role, one.role), one.column or "–", _CERTAINTY[one.certainty], _why(one)
        )
    console.print(taken)
    words = survey.mapping.status.words
    if words:
        pairs = ", ".join(f"{word} → {state}" for word, state in list(words.items())[:20])
        console.print(f"  状态的词 words: {pairs}", highlight=False, markup=False)
    if survey.mapping.zone:
        console.print(f"  时区 zone: {survey.mapping.zone}")
    left: dict[str, list[str]] = {}
    for name, reason in survey.mapping.skip.items():
        left.setdefault(reason, []).append(name)
    for reason, names in left.items():
        console.print(
            f"  {_LEFT.get(reason, reason)}: {', '.join(names)}", highlight=False, markup=False
        )
    for row in survey.errors[:5]:
        console.print(f"  第 {row.number:,} 行无法读取 row {row.number:,}: {shown(row.error)}")


def _why(finding: Finding) -> str:
    parts = []
    for reason in finding.reasons:
        code, _, more = reason.partition(":")
        parts.append(f"{_REASONS.get(code, code)} {more}".strip())
    return "; ".join(parts)


def _samples(survey: Survey) -> list[str]:
    """Names outside ASCII from the columns that are read: they show a wrong encoding."""
    mapping = survey.mapping
    columns = [*mapping.category.columns, *mapping.place.tiers, *mapping.department.columns]
    found: dict[str, None] = {}
    for row in survey.table.rows():
        for column in columns:
            cell = row.cells.get(column, "")
            if cell and not cell.isascii():
                found[cell[:30]] = None
        if len(found) >= _SAMPLES or row.number > 500:
            break
    return list(found)[:_SAMPLES]
