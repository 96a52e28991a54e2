"""Settings: environment variables `GRIDWALL_*`, or the same names in a file `gridwall.env`.

`load()` returns checked, frozen settings, or raises a `ConfigError` that names the variable.
Nothing here opens another file or a connection.
"""

from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from dashboard.config.addresses import is_loopback
from dashboard.config.reading import HIDDEN, ConfigError, Mistake, shown
from dashboard.config.redact import keep_secret
from dashboard.core.briefs.schedule import parse_kinds, parse_minute

PREFIX = "GRIDWALL_"
#: from the fewest rights to the most; dashboard/web/people/model.py
ROLES = ("viewer", "operator", "manager", "administrator")
#: what of a Redis is refused at the start; data_sources/store/soundness.py
STORE_RISKS = ("eviction", "persistence", "version", "replica", "snapshots")
ENV_FILE = "gridwall.env"
SCENES_FILE = "scenes.toml"
RULES_FILE = "gridwall.yaml"
#: `GRIDWALL_RULES_FILE` for the defaults, even if the working directory has a rules file
NO_RULES_FILE = "none"
_SECRET = {"redis_url", "intake_token", "admin_token", "map_key", "oidc_client_secret"}


def _found_rules_file() -> Path | None:
    path = Path(RULES_FILE).absolute()
    return path if path.exists() else None


def _parts(value: str) -> list[str]:
    return [one.strip() for one in value.split(",") if one.strip()]


class Settings(BaseSettings):
    """Everything an operator may set; every field is `GRIDWALL_<NAME>`."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file=ENV_FILE, env_ignore_empty=True, extra="ignore", frozen=True
    )

    #: Your own Redis or Valkey; without it an embedded engine runs in `data_dir`.
    redis_url: str | None = Field(default=None, repr=False)
    #: Risks of your own Redis that you accept: docs/operating.md.
    accept_store: str = ""
    #: Where the embedded engine and the logs are, one directory for each city.
    data_dir: Path = Path(".gridwall")
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65535)] = 8050
    #: How often the wall's panels are composed.
    tick_ms: Annotated[int, Field(ge=50, le=60_000)] = 250
    #: Fixed for the life of the data: an event's shard is its hash modulo this.
    shards: Annotated[int, Field(ge=1, le=1024)] = 1
    #: Events that ended so many days ago move from Redis to files (docs/history.md); 0: none does.
    archive_after_days: Annotated[int, Field(ge=0, le=36_500)] = 90
    #: Refused actions that a shard keeps for operators, and rows of files that could not be read;
    #: older ones fall off, and are counted.
    refused_kept: Annotated[int, Field(ge=100, le=10_000_000)] = 20_000
    dead_letters_kept: Annotated[int, Field(ge=100, le=10_000_000)] = 100_000
    #: The bearer token that `POST /api/v1/actions` requires.
    intake_token: SecretStr | None = None
    #: "required": screens are paired and every request needs a token; "": open on the loopback.
    auth: Literal["", "required"] = ""
    #: The bearer token for pairing screens and steering walls.
    admin_token: Annotated[SecretStr, Field(min_length=16)] | None = None
    #: The identity provider people sign in with (OpenID Connect); docs/security.md
    oidc_issuer: str | None = None
    oidc_client_id: str | None = None
    oidc_client_secret: SecretStr | None = None
    oidc_name_claim: str = "preferred_username"
    oidc_role_claim: str = "roles"
    oidc_area_claim: str = "area"
    #: "leaders=manager,staff=viewer": the role for each value of the role claim
    oidc_roles: str = ""
    #: A header in which a proxy names the user, trusted only from these addresses ("10.0.0.2,::1").
    proxy_header: str | None = None
    proxy_addresses: str = ""
    #: Streams (walls) that one address may have open at a web worker; a paired screen counts for
    #: itself only.
    streams_per_address: Annotated[int, Field(ge=1, le=100_000)] = 200
    #: Costly questions of one person that a web worker answers at a time; more wait for a turn.
    questions_per_person: Annotated[int, Field(ge=1, le=100)] = 4
    #: Replaces "{key}" in the base map's address; never leaves the server.
    map_key: SecretStr | None = None
    #: An IANA zone that overrides the city's own.
    tz: str | None = None
    lang: Literal["zh", "en"] = "zh"
    city: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,31}$")] = "la"
    #: Briefs made on a schedule: some of day, week, month, or none (docs/briefs.md) …
    briefs: str = "day,week,month"
    #: … at this local time: yesterday's, on Mondays last week's, on the first last month's.
    briefs_at: str = "07:30"
    #: The public address of this server ("https://grid.city.example"), for links.
    public_url: str | None = None
    #: The rules of the domain (docs/rules.md); `gridwall.yaml` in the working directory if there
    #: is one; `none` for the defaults.
    rules_file: Path | None = Field(default_factory=_found_rules_file)
    #: The port of the demo's receiver of notices; its mail is at the next one. With it there are
    #: channels to it, next to those of the rules file (docs/notifications.md).
    demo_receiver: Annotated[int, Field(ge=1, le=65534)] | None = None
    #: The sources that may send actions (docs/adding-a-data-source.md); without it only `api`.
    sources_file: Path | None = None
    #: Counts of households, units and places per grid (docs/base-counts.md); without it those in
    #: the city's folder.
    base_counts: Path | None = None
    #: The wall's scenes (docs/scenes.md); without it the shipped ones and what `/scenes`
    #: has written to `scenes.toml` in the city's data directory.
    scenes_file: Path | None = None

    def model_post_init(self, context: Any) -> None:
        """Keep every secret out of this process's log."""
        values = [getattr(self, name) for name in type(self).model_fields]
        keep_secret(self.redis_url)
        keep_secret(*(v.get_secret_value() for v in values if isinstance(v, SecretStr)))

    @field_validator("tz")
    @classmethod
    def _known_zone(cls, value: str | None) -> str | None:
        if value is not None:
            try:
                ZoneInfo(value)
            except (KeyError, ValueError, OSError) as error:
                raise ValueError("not a known IANA time zone") from error
        return value

    @field_validator("data_dir")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        # Children run with another working directory.
        return value.expanduser().absolute()

    @field_validator("rules_file", mode="before")
    @classmethod
    def _rules_file(cls, value: Any) -> Path | None:
        if value is None or str(value) == NO_RULES_FILE:
            return None
        return Path(value).expanduser().absolute()

    @field_validator("scenes_file", "sources_file")
    @classmethod
    def _named_file(cls, value: Path | None) -> Path | None:
        return None if value is None else value.expanduser().absolute()

    @field_validator("briefs")
    @classmethod
    def _kinds(cls, value: str) -> str:
        parse_kinds(value)
        return value

    @field_validator("briefs_at")
    @classmethod
    def _time(cls, value: str) -> str:
        parse_minute(value)
        return value

    @field_validator("public_url")
    @classmethod
    def _address(cls, value: str | None) -> str | None:
        if value is not None and not value.startswith(("http://", "https://")):
            raise ValueError("must start with http:// or https://")
        return None if value is None else value.rstrip("/")

    @field_validator("accept_store")
    @classmethod
    def _risks(cls, value: str) -> str:
        for one in _parts(value):
            if one not in STORE_RISKS:
                raise ValueError(f"expected some of {', '.join(STORE_RISKS)}")
        return value

    @field_validator("proxy_addresses")
    @classmethod
    def _networks(cls, value: str) -> str:
        for one in _parts(value):
            ip_network(one, strict=False)
        return value

    @field_validator("oidc_roles")
    @classmethod
    def _pairs(cls, value: str) -> str:
        for one in _parts(value):
            theirs, _, ours = one.rpartition("=")
            if not theirs or ours not in ROLES:
                raise ValueError(f"expected claim=role with a role of {', '.join(ROLES)}")
        return value

    @field_validator("oidc_issuer")
    @classmethod
    def _https(cls, value: str | None) -> str | None:
        if value is not None:
            at = urlsplit(value)
            if at.scheme != "https" and not is_loopback(at.hostname or ""):
                raise ValueError("must start with https://")
        return value

    @field_validator("redis_url")
    @classmethod
    def _redis_scheme(cls, value: str | None) -> str | None:
        if value is not None and not value.startswith(("redis://", "rediss://", "unix://")):
            raise ValueError("must start with redis://, rediss:// or unix://")
        return value

    @property
    def city_dir(self) -> Path:
        """The data directory of this city, so that two cities never mix."""
        return self.data_dir / self.city

    @property
    def scenes_path(self) -> Path:
        """The scene file that `/scenes` writes; it need not be there unless it was named."""
        return self.scenes_file or self.city_dir / SCENES_FILE

    @property
    def scenes_now(self) -> Path | None:
        """The scene file to read; None: the shipped scenes alone."""
        named = self.scenes_file is not None
        return self.scenes_path if named or self.scenes_path.exists() else None

    @property
    def archive_dir(self) -> Path:
        """Where the files of closed events are; web workers elsewhere must mount it."""
        return self.city_dir / "archive"

    @property
    def guarded(self) -> bool:
        """Whether every visitor must identify themselves, and there is a way to do so."""
        tokens = self.auth == "required" and self.admin_token is not None
        return tokens or self.asks_elsewhere

    @property
    def oidc_role_map(self) -> dict[str, str]:
        """The role for each value of the role claim; without a setting, the roles' own names."""
        pairs = (one.rpartition("=") for one in _parts(self.oidc_roles))
        return {theirs: ours for theirs, _, ours in pairs} or {one: one for one in ROLES}

    @property
    def proxies(self) -> list[str]:
        """Addresses and networks whose proxy header is trusted."""
        return _parts(self.proxy_addresses)

    @property
    def asks_elsewhere(self) -> bool:
        """Whether an identity provider or a proxy identifies users."""
        return bool(self.oidc_issuer and self.oidc_client_id) or bool(
            self.proxy_header and self.proxy_addresses
        )

    def environment(self) -> dict[str, str]:
        """The environment variables that give a child process exactly these settings."""
        found: dict[str, str] = {}
        for name in type(self).model_fields:
            value = getattr(self, name)
            if isinstance(value, SecretStr):
                value = value.get_secret_value()
            if value is not None:
                found[PREFIX + name.upper()] = str(value)
        # a child with another working directory must not find a file of its own
        found.setdefault(PREFIX + "RULES_FILE", NO_RULES_FILE)
        return found


def load(**overrides: Any) -> Settings:
    """Read the environment and `gridwall.env`; an override that is None counts as not given."""
    try:
        return Settings(**{k: v for k, v in overrides.items() if v is not None})
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]) if first["loc"] else "?"
        value = HIDDEN if name in _SECRET else shown(first.get("input"))
        reason = str(first["msg"]).removeprefix("Value error, ")
        mistake = Mistake(reason, path=f"{PREFIX}{name.upper()}", value=value)
        raise ConfigError("", mistake) from error
