"""The queue workbench: what the page must know before its rows come by themselves."""

from __future__ import annotations

from dashboard.config.words import catalogue
from dashboard.core.questions.ask import Ask
from dashboard.core.questions.queue import queue_ask
from dashboard.web.pages.reading import heard
from dashboard.web.pages.site import ReviewSite
from dashboard.web.people.model import Capability, Person
from layouts.pages.kit.frame import Shown
from layouts.pages.queue import QueueData, body
from layouts.wall.catalogue import LOCALES

#: of the shell's filters; the queue has no range, and asks for search and clock itself
FILTERS = ("area", "department", "category", "level", "channel")


def build(site: ReviewSite, who: Person, ask: Ask) -> Shown:
    """The page for an address; raises ``AskError``."""
    data = QueueData(
        asked=queue_ask(ask),
        acts=who.may(Capability.ACT),
        shares=who.may(Capability.BRIEF),
        zone=site.view.zone,
        locale=LOCALES[ask.lang],
        simulated=site.city.simulated,
    )
    return Shown(body(data, catalogue(ask.lang)), heard(site, who))
