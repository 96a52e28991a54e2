"""Settings: environment variables `GRIDWALL_*`, or the same names in a file `gridwall.env`.

`load()` gives checked, frozen settings or a `SettingsError` that names the variable.
Nothing here opens another file or a connection.
"""

from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from dashboard.errors import SettingsError

PREFIX = "GRIDWALL_"
ENV_FILE = "gridwall.env"
RULES_FILE = "gridwall.yaml"
#: `GRIDWALL_RULES_FILE` when the defaults hold whatever lies in the working directory
NO_RULES_FILE = "none"
_SECRET = {"redis_url", "intake_token", "admin_token", "map_key"}


def _found_rules_file() -> Path | None:
    path = Path(RULES_FILE).absolute()
    return path if path.exists() else None


class Settings(BaseSettings):
    """Everything an operator may set; every field is `GRIDWALL_<NAME>`."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file=ENV_FILE, env_ignore_empty=True, extra="ignore", frozen=True
    )

    #: Your own Redis or Valkey; without it an embedded engine runs in `data_dir`.
    redis_url: str | None = None
    #: Where the embedded engine and the logs live, one directory for each city.
    data_dir: Path = Path(".gridwall")
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65535)] = 8050
    #: How often the wall's panels are composed.
    tick_ms: Annotated[int, Field(ge=50, le=60_000)] = 250
    #: Fixed for the life of the data: an event's shard is its hash modulo this.
    shards: Annotated[int, Field(ge=1, le=1024)] = 1
    #: The bearer token that `POST /api/v1/actions` asks for.
    intake_token: SecretStr | None = None
    #: "required": screens are paired and everything is asked for a token; "": open on the loopback.
    auth: Literal["", "required"] = ""
    #: The bearer token of who pairs screens and steers walls.
    admin_token: Annotated[SecretStr, Field(min_length=16)] | None = None
    #: Stands for "{key}" in the base map's address; never leaves the server.
    map_key: SecretStr | None = None
    #: An IANA zone that overrides the city's own.
    tz: str | None = None
    lang: Literal["zh", "en"] = "zh"
    city: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,31}$")] = "la"
    #: The rules of the domain (docs/rules.md); `gridwall.yaml` in the working directory if there
    #: is one; `none` for the defaults.
    rules_file: Path | None = Field(default_factory=_found_rules_file)
    #: The wall's scenes (docs/scenes.md); without it the shipped ones.
    scenes_file: Path | None = None

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

    @field_validator("scenes_file")
    @classmethod
    def _scenes_file(cls, value: Path | None) -> Path | None:
        return None if value is None else value.expanduser().absolute()

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
    def guarded(self) -> bool:
        """Whether nobody gets in without a token, and somebody can."""
        return self.auth == "required" and self.admin_token is not None

    def environment(self) -> dict[str, str]:
        """The variables that give a child process exactly these settings."""
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
        shown = "(hidden)" if name in _SECRET else repr(first.get("input"))
        reason = str(first["msg"]).removeprefix("Value error, ")
        raise SettingsError(f"{PREFIX}{name.upper()}={shown}: {reason}") from error
