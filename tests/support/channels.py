"""What the channels' tests share: notices, messages, a receiver, sending."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

from dashboard.config.cities import load
from dashboard.config.reading import Node
from dashboard.config.yaml_file import read_yaml
from dashboard.core.model.notices import Notice
from data_sources.channels.message import Message
from data_sources.channels.sender import open_sender
from data_sources.channels.settings import Channel
from data_sources.channels.wording import Wording

ZONE = ZoneInfo("Asia/Shanghai")
AT = 1_781_000_000_000


def notice(number: int = 1, **more: Any) -> Notice:
    values: dict[str, Any] = {
        "id": f"E1:step:handle:1:{number}",
        "event_id": "E1",
        "at": AT,
        "what": "step",
        "to": "city",
        "clock": "handle",
        "step": 3,
        "level": "red",
        "department": "zj",
        "place": ("150402",),
        "category": "gas-leak",
        "due": AT,
    }
    return Notice(**{**values, **more})


def message(one: Notice | None = None, lang: str = "zh", source: str = "live") -> Message:
    return Wording(load("chifeng"), ZONE, lang).message(one or notice(), source)


def send(channel: Channel, *messages: Message) -> str:
    sender = open_sender(channel)
    try:
        return sender.send(messages or (message(),))
    finally:
        sender.close()


def notify(*channels: dict[str, Any]) -> Node:
    """The `notify:` section of a rules file with these channels."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "gridwall.yaml"
        file.write_text(json.dumps({"notify": channels}, indent=1), "utf-8")
        return read_yaml(file).fields()["notify"]
