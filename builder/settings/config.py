"""Every setting that the environment can change, with its default and limits."""

import os
import secrets
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, NoReturn

from pydantic import AliasChoices, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from engine.machine.priority import OF_RUNS
from engine.problems import sentence
from engine.problems.validation import reasons
from engine.values import RuleError
from engine.values.nearest import nearest

ROOT = Path(__file__).resolve().parents[2]
PREFIX = "LAYERLOOM_"
LOOPBACK = ("localhost", "127.0.0.1", "[::1]")

_SCHEMES = {
    "database_url": ("postgres://", "postgresql://", "sqlite:///"),
    "redis_url": ("redis://", "rediss://", "unix://"),
}
_WEB = ("http://", "https://")
_STORES = ("file:///", "s3://")

Words = Annotated[tuple[str, ...], NoDecode]


class Config(BaseSettings):
    """The settings of one server; docs/settings.md explains each of them."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore")

    home: Path = Field(
        ROOT / "var", description="Folder for the database, the secret key and the runs' files."
    )
    secret_key: SecretStr | None = Field(
        None,
        min_length=32,
        description="Django's secret key; generated once and stored in the home folder if unset.",
    )
    debug: bool = Field(False, description="Django's debug pages. Never on a shared machine.")
    allowed_hosts: Words = Field(
        LOOPBACK,
        description="Host names, separated by commas, for which the server accepts requests.",
    )
    list_projects: bool = Field(
        True,
        description="Whether the start page lists all projects, for everybody to edit.",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "warning", description="How much the server writes to standard error."
    )
    database_url: str = Field(
        "",
        validation_alias=AliasChoices("DATABASE_URL"),
        description="Address of a PostgreSQL database; SQLite in the home folder when empty.",
    )
    redis_url: str = Field(
        "",
        validation_alias=AliasChoices("REDIS_URL"),
        description="Address of a Redis that connects several web processes; none when empty.",
    )
    runs_at_once: int = Field(
        1, ge=1, le=64, description="How many runs train at the same time; the others queue."
    )
    run_seconds: float | None = Field(
        None,
        gt=0,
        allow_inf_nan=False,
        description="Longest time a run may take; no limit if unset.",
    )
    run_memory: int | None = Field(
        None,
        gt=0,
        description="Memory a run may use, in bytes; 80 % of the machine's when unset.",
    )
    run_niceness: int = Field(
        OF_RUNS,
        ge=0,
        le=19,
        description="How far runs give way to other processes (0 to 19, see nice(1)).",
    )
    pause_seconds: float = Field(
        600.0,
        ge=0,
        le=86_400,
        description="How long a paused run keeps its process, in seconds.",
    )
    resume_runs: bool = Field(
        False,
        description="Whether runs in progress go on from their checkpoints after a restart.",
    )
    run_orphan_minutes: float = Field(
        60.0,
        ge=0,
        le=10_080,
        allow_inf_nan=False,
        description="How long runs go on without the server, in minutes; 0 ends them with it.",
    )
    check_seconds: float = Field(
        10.0, gt=0, le=600, description="Time limit for checking one document, in seconds."
    )
    checker_memory_mb: int = Field(
        4096, ge=512, description="Memory that the checker may use, in megabytes."
    )
    reader_seconds: float = Field(
        20.0, gt=0, le=600, description="Time limit for reading one file or document, in seconds."
    )
    reader_memory_mb: int = Field(
        1024, ge=256, description="Memory that the reader may use, in megabytes."
    )
    predictors: int = Field(
        2, ge=1, le=64, description="How many models are kept ready for the inside view."
    )
    predictor_seconds: float = Field(
        60.0, gt=0, le=600, description="Time limit for an answer of such a model, in seconds."
    )
    predictor_memory_mb: int = Field(
        4096, ge=512, description="Memory that such a model may use, in megabytes."
    )
    max_body_mb: int = Field(
        24, ge=1, le=1000, description="Largest request body and socket message, in megabytes."
    )

    max_data_mb: int = Field(
        2000,
        ge=1,
        description="Largest file of data or of a model that may be uploaded, in megabytes.",
    )
    data_seconds: float = Field(
        1800.0, gt=0, description="Time limit for reading one file of data, in seconds."
    )
    data_memory_mb: int = Field(
        4096, ge=512, description="Memory that reading a file of data may use, in megabytes."
    )

    worker_data: Path | None = Field(
        None,
        description="Folder in which workers find the rows of data sets, and keep fetched ones. "
        "Beside it, the folder “compiled” keeps what JAX compiles.",
    )
    worker_url: str = Field(
        "",
        description="Address of this server from which workers fetch rows that their folder lacks.",
    )

    store: str = Field(
        "",
        description="Shared folder or bucket through which the machines of a cluster exchange "
        "files.",
    )

    executor: Literal["local", "ray"] = Field(
        "local", description="Where runs train: on this machine, or on a cluster with Ray."
    )
    ray_address: str = Field(
        "127.0.0.1:6379",
        pattern=r"^[^/\s]+:\d+$",
        description="Host and port of the head node of the cluster.",
    )
    ray_token: SecretStr | None = Field(
        None,
        min_length=16,
        validate_default=True,
        description="The cluster's authentication token; it is needed to train there.",
    )
    ray_cores: int = Field(
        1, ge=1, le=1024, description="Cores of the cluster that each run reserves and uses."
    )

    @field_validator("ray_token")
    @classmethod
    def _needed(cls, value: SecretStr | None, info: Any) -> SecretStr | None:
        if value is None and info.data.get("executor") == "ray":
            raise RuleError("the cluster's token is needed with LAYERLOOM_EXECUTOR=ray")
        return value

    @field_validator("allowed_hosts", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        if isinstance(value, str):
            return tuple(word.strip() for word in value.split(",") if word.strip())
        return value

    @field_validator("home", "worker_data")
    @classmethod
    def _absolute(cls, value: Path | None) -> Path | None:
        return value and value.expanduser().resolve()

    @field_validator("worker_url")
    @classmethod
    def _of_the_web(cls, value: str) -> str:
        if value and not value.startswith(_WEB):
            first, second = _WEB
            raise RuleError(
                "it should be an address that begins with {first} or {second}",
                first=first,
                second=second,
            )
        return value.rstrip("/")

    @field_validator("store")
    @classmethod
    def _of_a_store(cls, value: str) -> str:
        if value and not value.startswith(_STORES):
            first, second = _STORES
            raise RuleError(
                "it should be an address that begins with {first} or {second}",
                first=first,
                second=second,
            )
        return value.rstrip("/")

    @field_validator("database_url", "redis_url")
    @classmethod
    def _known_scheme(cls, value: str, info: Any) -> str:
        first, second, third = known = _SCHEMES[info.field_name]
        if value and not value.startswith(known):
            raise RuleError(
                "it should be an address that begins with {first}, {second} or {third}",
                first=first,
                second=second,
                third=third,
            )
        return value


def variable(field: str) -> str:
    """Return the name of the environment variable behind a field of `Config`."""
    alias = Config.model_fields[field].validation_alias
    return str(alias.choices[0]) if isinstance(alias, AliasChoices) else PREFIX + field.upper()


def find_errors(environment: Mapping[str, str]) -> list[str]:
    """Return error messages for invalid values and unknown settings in the environment."""
    known = [variable(field) for field in Config.model_fields]
    messages = []
    for name in sorted(environment):
        if name.startswith(PREFIX) and name.upper() not in known:
            messages.append(_unknown(name, nearest(name, known)))
    try:
        Config()
    except ValidationError as error:
        for path, _, why in reasons(error):
            field = path[0] if path else ""
            name = variable(field) if field in Config.model_fields else field
            messages.append(sentence("{name}: {why}.", name=name, why=why))
    return messages


def _unknown(name: str, near: str | None) -> str:
    if near is None:
        return sentence("{name} is not a setting of Layerloom.", name=name)
    return sentence(
        "{name} is not a setting of Layerloom. Did you mean {near}?", name=name, near=near
    )


def _refuse(messages: list[str]) -> NoReturn:
    start = sentence("Layerloom can't start:")
    sys.exit("\n".join([start, *(f"  - {line}" for line in messages)]))


def load() -> Config:
    """Read the settings; exits with a readable message if they are invalid."""
    if messages := find_errors(os.environ):
        _refuse(messages)
    config = Config()
    try:
        config.home.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        _refuse([f"{variable('home')}: {config.home}: {error.strerror}"])
    return config


def secret_key(config: Config) -> str:
    """Return the secret key from the settings, or from the home folder (generated if missing)."""
    if config.secret_key is not None:
        return config.secret_key.get_secret_value()
    path = config.home / "secret.key"
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(50))
    return path.read_text(encoding="ascii").strip()
