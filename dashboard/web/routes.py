"""Every route of the app but the pages: which API module serves it, and from which sources.

An API module's `router` takes exactly what it needs; nothing else knows all of them.
"""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter
from pydantic import SecretStr

from dashboard.core.fold.became import OWN
from dashboard.web.api import (
    actions,
    briefs,
    channels,
    devices,
    export,
    intake,
    map,
    operations,
    outcomes,
    past,
    people,
    queue,
    scene_editor,
    scores,
    search,
    sign_in,
    steering,
    time_machine,
    unknown_codes,
    views,
    voids,
    wall,
    warnings,
)
from dashboard.web.pages.briefing import Briefing
from dashboard.web.pages.channel_trials import ChannelDesk
from dashboard.web.screens import look_of
from dashboard.web.sources import Sources
from data_sources.intake.cityfile.codes import MAPPED
from data_sources.intake.plan import FORMATS
from data_sources.intake.simulator.life import SOURCE as SIMULATED
from data_sources.store.outcome_log import OutcomeLog
from data_sources.store.outcomes import ActionOutcomes
from data_sources.store.persons import PersonGuard
from data_sources.store.refusals import Refusals
from data_sources.store.unknown_codes import UnknownCodes
from data_sources.surges.warnings import read_warnings


def routes(sources: Sources) -> list[APIRouter]:
    """The routers in order: the first route that matches a path answers."""
    settings, city, local = sources.settings, sources.city, sources.rules.local
    scenes, store = sources.scenes, sources.store
    look = partial(look_of, city, settings.lang)
    ground = map.Ground(
        lambda: scenes.current, _secret(settings.map_key) or "", settings.city_dir, city
    )
    asked = outcomes.Asked(
        log=sources.log,
        outcomes=OutcomeLog(store, settings.shards),
        single=ActionOutcomes(store, settings.shards),
        local=local,
    )
    return [
        sign_in.router(sources.people, look),
        people.router(sources.people, local),
        devices.router(sources.devices, sources.screens, city.places.__contains__),
        operations.wall_errors_router(),
        operations.health_router(
            sources.topics,
            sources.screens,
            PersonGuard(store).counts,
            asked.outcomes,
            frozenset((OWN, SIMULATED, MAPPED, *FORMATS, *(one.name for one in sources.book))),
            Refusals(store, settings.shards).fallen,
        ),
        # before the wall's: the path of an event would match that of its actions as well
        past.router(sources.ledgers, sources.stories, partial(wall.shown, local=local)),
        wall.router(sources.topics, sources.log, local, sources.past),
        wall.scenes_router(scenes),
        scene_editor.router(sources.editor),
        actions.router(sources.log, sources.book, city, asked),
        outcomes.router(asked, sources.book),
        unknown_codes.router(UnknownCodes(store), sources.book),
        intake.router(
            Refusals(store, settings.shards),
            asked,
            sources.book,
            city,
            intake.seen_by(sources.log),
        ),
        scores.router(sources.scores),
        warnings.router(partial(read_warnings, store), local, sources.rules.surge.odds_days),
        steering.router(
            sources.steering,
            sources.screens,
            sources.log,
            lambda: scenes.current,
            city.places,
        ),
        channels.router(ChannelDesk(settings, store, city)),
        operations.outbox_router(lambda: store, settings.shards),
        map.places_router(city),
        map.tiles_router(ground),
        map.files_router(city),
        export.router(sources.site),
        queue.router(sources.site),
        search.router(sources.site),
        voids.router(sources.site),
        briefs.router(Briefing(sources.site)),
        time_machine.router(sources.past, sources.view, city, sources.site.base),
        views.router(sources.site),
    ]


def _secret(setting: SecretStr | None) -> str | None:
    return setting.get_secret_value() if setting else None
