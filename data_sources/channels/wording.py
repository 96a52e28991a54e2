"""A notice in words, Chinese and English, with the names of the city pack.

Only codes, names and times are used: a notice contains nothing about a person. Text from outside
(an event's id, an unknown code) is reduced to one short line.
"""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from dashboard.config.cities import City
from dashboard.core.model.notices import Notice
from data_sources.channels.message import Message

_LEVELS = {
    "zh": {"red": "红色", "orange": "橙色", "yellow": "黄色", "blue": "蓝色"},
    "en": {"red": "RED", "orange": "ORANGE", "yellow": "YELLOW", "blue": "BLUE"},
}
_HEADS = {
    "zh": {
        "dispatched": "派遣",
        "step": "提醒",
        "alarm": "告警",
        "onsite_lapsed": "现场值守",
        "urged": "督办",
        "handed_over": "移交",
        "withdrawn": "撤回",
        "brief": "简报",
        "test": "测试",
    },
    "en": {
        "dispatched": "dispatched",
        "step": "reminder",
        "alarm": "ALARM",
        "onsite_lapsed": "on site",
        "urged": "urged",
        "handed_over": "handed over",
        "withdrawn": "withdrawn",
        "brief": "brief",
        "test": "TEST",
    },
}
#: from the third step on the time limit is exceeded, which is an escalation
_ESCALATED = {"zh": "升级", "en": "escalation"}
_STEPS = {
    "zh": {
        "respond": ("签收时限已过半", "签收时限已过八成", "超时未签收", "严重超时未签收"),
        "handle": ("办理时限已过半", "办理时限已过八成", "超期未办结", "严重超期未办结"),
    },
    "en": {
        "respond": (
            "half of the time to accept is used",
            "most of the time to accept is used",
            "not accepted in time",
            "still not accepted, long overdue",
        ),
        "handle": (
            "half of the time to handle is used",
            "most of the time to handle is used",
            "not handled in time",
            "still not handled, long overdue",
        ),
    },
}
_ASKS = {
    "zh": {
        "handler": "请经办人员尽快办理",
        "department": "请承办部门督办",
        "township": "请乡镇（街道）督办",
        "county": "请旗县区值班领导督办",
        "city": "请市级领导督办",
    },
    "en": {
        "handler": "the handler is asked to act",
        "department": "the department is asked to press for it",
        "township": "the township is asked to press for it",
        "county": "the county's duty chief is asked to step in",
        "city": "the city's leader is asked to step in",
    },
}
_SOURCES = {
    "zh": {"simulated": "（模拟数据）", "replay": "（历史回放）"},
    "en": {"simulated": "(simulated) ", "replay": "(replay) "},
}


class Wording:
    """Notices in one language's words; times are in ``zone``."""

    def __init__(self, city: City, zone: ZoneInfo, lang: str) -> None:
        self._city, self._zone, self._lang = city, zone, lang

    def message(self, notice: Notice, source: str, prefix: str = "", attempts: int = 0) -> Message:
        """The notice in words; data that is not live is marked as such in front."""
        lang = self._lang
        mark = _SOURCES[lang].get(source, "")
        level = _LEVELS[lang].get(notice.level, "")
        head = _HEADS[lang].get(notice.what, clean(notice.what))
        if notice.what == "step" and notice.step >= 3:
            head = _ESCALATED[lang]
        words = "·".join(part for part in (level, head) if part)
        title = f"{prefix}{mark}【{words}】" if lang == "zh" else f"{prefix}{mark}[{words}] "
        if notice.what == "brief":
            text = self._brief(notice)
        else:
            text = self._zh(notice) if lang == "zh" else self._en(notice)
        return Message(notice, source, title, text, attempts)

    def _zh(self, notice: Notice) -> str:
        subject = f"事项 {clean(notice.event_id)}{self._about(notice, '（', '，', '）') or ' '}"
        department = self._department(notice)
        due = f"，{self._clock(notice)}时限 {self._when(notice.due)}" if notice.due else ""
        ask = _ASKS["zh"].get(notice.to, f"请{clean(notice.to)}处理")
        match notice.what:
            case "dispatched":
                return f"{subject}已派遣至{department}{due}，{ask}。"
            case "step":
                return f"{subject}{self._step(notice)}：承办{department}{due}，{ask}。"
            case "alarm":
                late = self._step(notice) if notice.step else "已派遣，须立即签收"
                return f"{subject}{late}：承办{department}{due}，{ask}。"
            case "onsite_lapsed":
                return f"{subject}现场人员未按时报平安，请旗县区值班人员立即联系现场。"
            case "urged":
                return f"{subject}被督办：承办{department}{due}，请尽快办理并反馈。"
            case "handed_over":
                return f"{subject}已移交{clean(notice.to)}负责{due}，请接续办理。"
            case "test":
                return "这是一条测试消息，用于检查本渠道能否送达，与任何事项无关，无需处理。"
            case "withdrawn":
                return f"此前关于{subject}的通知作废，无需处理。"
        return f"{subject}：{clean(notice.what)}。"

    def _en(self, notice: Notice) -> str:
        subject = f"Event {clean(notice.event_id)}{self._about(notice, ' (', ', ', ')')}"
        department = self._department(notice)
        due = f", {self._clock(notice)} by {self._when(notice.due)}" if notice.due else ""
        ask = _ASKS["en"].get(notice.to, f"{clean(notice.to)} is asked to act")
        match notice.what:
            case "dispatched":
                return f"{subject} was dispatched to {department}{due}; {ask}."
            case "step":
                return f"{subject}: {self._step(notice)}; with {department}{due}; {ask}."
            case "alarm":
                late = self._step(notice) if notice.step else "accept it at once"
                return f"{subject}: {late}; with {department}{due}; {ask}."
            case "onsite_lapsed":
                return f"{subject}: nobody on site has checked in; contact the site now."
            case "urged":
                return f"{subject} is pressed for; with {department}{due}."
            case "handed_over":
                return f"{subject} was handed over to {clean(notice.to)}{due}."
            case "test":
                return "A test of this channel. It is about no event; nothing needs doing."
            case "withdrawn":
                return f"An earlier notice about {subject} is taken back; nothing needs doing."
        return f"{subject}: {clean(notice.what)}."

    def _brief(self, notice: Notice) -> str:
        """The headline of a brief, and the link to it."""
        headline = notice.said[("zh", "en").index(self._lang)] if len(notice.said) == 2 else ""
        parts = [clean(headline, 500)]
        if notice.link:
            words = "全文：" if self._lang == "zh" else "Read it: "
            parts.append(words + clean(notice.link, 200))
        return (" " if self._lang == "en" else "").join(filter(None, parts))

    def _about(self, notice: Notice, opening: str, comma: str, closing: str) -> str:
        names = [self._city.place_name(code, self._lang) for code in notice.place if code]
        where = ("" if self._lang == "zh" else " / ").join(clean(name) for name in names)
        category = notice.category
        what = clean(self._city.category_name(category, self._lang)) if category else ""
        parts = [part for part in (where, what) if part]
        return f"{opening}{comma.join(parts)}{closing}" if parts else ""

    def _department(self, notice: Notice) -> str:
        if not notice.department:
            return "（未定）" if self._lang == "zh" else "(none)"
        return clean(self._city.department_name(notice.department, self._lang))

    def _clock(self, notice: Notice) -> str:
        respond = notice.clock == "respond"
        if self._lang == "zh":
            return "签收" if respond else "办理"
        return "accept" if respond else "handle"

    def _step(self, notice: Notice) -> str:
        steps = _STEPS[self._lang].get(notice.clock or "handle", _STEPS[self._lang]["handle"])
        return steps[min(max(notice.step, 1), len(steps)) - 1]

    def _when(self, ms: int) -> str:
        when = datetime.fromtimestamp(ms / 1000, self._zone)
        if self._lang == "zh":
            return f"{when.month}月{when.day}日 {when:%H:%M}"
        return f"{when:%Y-%m-%d %H:%M %Z}"


def zoned(city: City, zone: str | None, lang: str) -> Wording:
    """The wording of a city, in its own zone unless another one is set."""
    return Wording(city, ZoneInfo(zone or city.zone), lang)


def clean(text: str, room: int = 80) -> str:
    """One short printable line of a text from outside."""
    line = "".join(char if char.isprintable() else " " for char in text)
    return line if len(line) <= room else line[: room - 1] + "…"


#: characters that start markup in a robot's Markdown, and look-alikes: not every robot
#: understands a backslash
_MARKUP = str.maketrans("\\`*_[]~<>&", "＼｀＊＿［］～＜＞＆")


def escape_markdown(text: str) -> str:
    """The text without anything a robot could take for Markdown, a link or a mention."""
    return text.translate(_MARKUP)
