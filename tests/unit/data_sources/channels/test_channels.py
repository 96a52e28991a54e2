"""What a channel sends and which notices it takes; its settings."""

from __future__ import annotations

from typing import Any

import pytest

from dashboard.config.reading import ConfigError
from dashboard.core.model.notices import Notice
from data_sources.channels.settings import Channel, read
from data_sources.channels.wording import escape_markdown
from tests.support.channels import message, notice, notify


def test_words_in_chinese() -> None:
    found = message()
    assert found.title == "【红色·升级】"
    assert found.text == (
        "事项 E1（红山区，燃气泄漏）超期未办结："
        "承办住房建设局，办理时限 6月9日 18:13，请市级领导督办。"
    )


def test_words_in_english() -> None:
    found = message(lang="en")
    assert found.title == "[RED·escalation] "
    assert found.text == (
        "Event E1 (Hongshan District, Gas Leak): not handled in time; with Housing, "
        "handle by 2026-06-09 18:13 CST; the city's leader is asked to step in."
    )


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    "what", ["dispatched", "step", "alarm", "onsite_lapsed", "urged", "handed_over", "withdrawn"]
)
def test_every_kind_has_words(lang: str, what: str) -> None:
    for clock in ("", "respond", "handle"):
        for step in range(5):
            found = message(notice(what=what, clock=clock, step=step, to="yj", due=0), lang)
            assert "E1" in found.text
            assert what not in found.title or lang == "en"
    bare = Notice(id="x", event_id="E1", at=1, what=what, to="")
    assert "E1" in message(bare, lang).text


def test_data_that_is_not_live_is_marked() -> None:
    assert message(source="simulated").title.startswith("（模拟数据）")
    assert message(source="replay", lang="en").title.startswith("(replay)")


def test_text_from_outside_is_one_line_without_markup() -> None:
    nasty = message(notice(event_id="a\n<@all>[x](http://y)*b*" + "z" * 200, category="<b>\r\n"))
    assert "\n" not in nasty.line
    assert "\r" not in nasty.line
    assert len(nasty.line) < 250
    assert not set("<>[]*`_\\") & set(escape_markdown(nasty.line))


def test_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    env = {"WECOM_URL": "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=k", "PW": "p"}
    duty, hook, mail = read(
        notify(
            {"name": "duty", "kind": "wecom", "url_env": "WECOM_URL", "levels": ["red", "orange"]},
            {
                "name": "oa",
                "kind": "webhook",
                "url": "https://oa.city.example/in",
                "secret_env": "PW",
                "for_source": ["live", "simulated"],
                "retry": {"first": 0.5, "attempts": 3},
            },
            {
                "name": "mail",
                "kind": "email",
                "host": "mail.city.example",
                "user": "wall",
                "secret_env": "PW",
                "sender": "wall@city.example",
                "recipients": ["duty@city.example"],
            },
        ),
        env,
    )
    assert duty.url.endswith("key=k")
    assert "key=k" not in repr(duty)
    assert (duty.per_minute, duty.parallel, hook.per_minute, hook.parallel) == (20, 1, 0, 4)
    assert (hook.secret, hook.retry.first, hook.retry.attempts) == ("p", 500, 3)
    assert mail.smtp is not None
    assert mail.smtp.port == 587


BASE = {"name": "x", "kind": "webhook", "url": "https://oa.city.example/in"}


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"kind": "fax"}, "kind"),
        ({"name": ""}, "name"),
        ({"levels": ["purple"]}, "levels"),
        ({"places": [150402]}, "places"),
        ({"url": ""}, "url_env"),
        ({"url_env": "UNSET"}, "url_env"),
        ({"secret_env": "UNSET"}, "secret_env"),
        ({"url": "https://oa.city.example/in?token=abc"}, "url"),
        ({"url": "http://oa.city.example/in"}, "url"),
        ({"url": "https://u:p@oa.city.example/in"}, "url"),
        ({"kind": "dingtalk"}, "url"),
        ({"retry": {"frist": 1}}, "retry"),
        ({"colour": "red"}, "colour"),
        ({"timeout": True}, "timeout"),
    ],
)
def test_a_wrong_setting_is_named(change: dict[str, Any], path: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read(notify({**BASE, **change}), {})
    assert caught.value.path.startswith(f"notify[1].{path}")
    assert caught.value.line > 1
    assert "abc" not in str(caught.value)


def test_plain_http_is_for_near_addresses() -> None:
    for url in ("http://127.0.0.1:8/in", "http://10.1.2.3/in", "http://localhost/in"):
        assert read(notify({**BASE, "url": url}), {})[0].url == url
    assert read(notify({**BASE, "url": "http://oa.city.example/in", "plain": True}), {})
    with pytest.raises(ConfigError):
        read(notify(BASE, BASE), {})


def test_which_notices_a_channel_takes() -> None:
    def takes(one: Notice | None = None, source: str = "live", **limits: Any) -> bool:
        wanted = {name: frozenset(values) for name, values in limits.items()}
        return Channel("c", "webhook", **wanted).takes(one or notice(), source)  # type: ignore[arg-type]

    assert takes()
    assert not takes(source="simulated")
    assert takes(source="simulated", for_source=["live", "simulated"])
    assert takes(levels=["red"], to=["city"], what=["step"], departments=["zj"], places=["150402"])
    assert not takes(levels=["blue"])
    assert not takes(to=["county"])
    assert not takes(what=["urged"])
    assert not takes(departments=["cg"])
    assert not takes(places=["150403"])
    back = notice(what="withdrawn", ref="E1:step:handle:1:3")
    assert takes(back, what=["step"]), "it goes where the first one went"
    assert not takes(back, what=["urged"])
