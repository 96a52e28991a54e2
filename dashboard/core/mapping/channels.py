"""What the words for a way of reporting mean, and the level of a category by its words. Pure."""

from __future__ import annotations

from functools import lru_cache

from dashboard.core.mapping.model import LevelName, LevelRule
from dashboard.core.mapping.names import words_of
from dashboard.core.model.vocabulary import Channel


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_CHANNELS: tuple[tuple[Channel, str], ...] = (
    (Channel.SENSOR, "sensor iot camera 传感器 物联网 监控 视频 センサー 감지기 sensore capteur"),
    (
        Channel.PATROL,
        """
            patrol inspector inspection crew driver staff employee worker proactive proativo
            inspeccion 巡查 巡检 巡逻 巡視 パトロール 순찰 interno internal agent streife
        """,
    ),
    (Channel.HANDHELD, "网格员 網格員 手持 移动端采集 handheld"),
    (
        Channel.PARTNER,
        "council mayor agency interagency other_city 部门 转办 联动 单位 媒体 市长信箱 人大 政协",
    ),
    (
        Channel.HOTLINE,
        """
            phone call voice telephone tel hotline 311 calls voicemail 156 12345 1999 电话 電話
            热线 熱線 来电 專線 telefono telefone telefon telefonisch telefonico llamada central
            conmutador tlf 전화 콜센터 コール centralino telefoon contact_center callcenter appel
            telephonique ivr
        """,
    ),
    (
        Channel.CITIZEN,
        """
            web app mobile internet online email mail portal website self wechat twitter facebook
            social chat text sms api android ios iphone walk letter fax person open311 ipad
            chatbot whatsapp gcs boti 微信 网站 網站 小程序 公众号 网络 網路 邮件 信箱 来信 来访
            走访 移动 手机 支付宝 微博 市民 論壇 アプリ ウェブ メール 窓口 投稿 フォーム 인터넷
            홈페이지 앱 모바일 방문 서신 presencial presencial correo sitio aplicacion aplicativo
            portale sito formulaire courriel guichet courrier formular brief personlich melder
            webformulier balie brief carta praca
        """,
    ),
)
#: the words that make a category yellow; no file has levels, so these are assumptions to be changed
YELLOW = _words("""
    danger hazard unsafe leak flood sewer sewage drain water main signal traffic light
    streetlight lamp hydrant tree branch fallen dead animal rodent rat bite pothole cave sinkhole
    manhole gas electric power wire fire smoke asbestos health needle blocked collapse accident
    emergency abandoned graffiti hate bees semaforo alumbrado luminaria iluminacao bache arbol
    arvore poda fuga alcantarilla cloaca esgoto vazamento agua pelig risco buraco eclairage arbre
    voirie fuite nid chaussee feu ampel laterne beleuchtung baum gefahr schlagloch kanal wasser
    illuminazione buca albero perdita pericolo verlichting boom gevaar wegdek riool 路灯 路燈
    照明 井盖 井蓋 漏水 积水 積水 停水 停电 停電 燃气 消防 坑洞 道路 號誌 信号灯 红绿灯 树木 路樹
    倒伏 污水 排水 安全 危险 動物 电线 電線 塌陷 坍塌 噪音 街灯 街路灯 陥没 穴 倒木 危険 水道
    信号 가로등 도로 파손 위험 누수 신호등 하수
""")


@lru_cache(maxsize=2048)
def channel_of(word: str) -> Channel | None:
    """The channel that a word means; None for a blank or unknown one."""
    text = " ".join(words_of(word))
    if not text:
        return None
    parts = set(text.split())
    for channel, terms in _CHANNELS:
        for term in terms.split():
            plain = term.replace("_", " ")
            if plain in parts or (
                (not plain.isascii() or " " in plain or len(plain) > 5) and plain in text
            ):
                return channel
    return None


def level_of(category: str, rules: tuple[LevelRule, ...]) -> LevelName:
    """The level of a category: of the first rule that has a word of it, else yellow or blue."""
    text = " ".join(words_of(category))
    for rule in rules:
        if any(" ".join(words_of(word)) in text for word in rule.words):
            return rule.level
    parts = text.split()
    for word in YELLOW:
        if word in text if not word.isascii() else any(part.startswith(word) for part in parts):
            return "yellow"
    return "blue"
