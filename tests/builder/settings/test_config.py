"""Settings: read from the environment, validated at the start, and documented."""

import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import SecretStr

from builder.services import limits
from builder.settings.config import ROOT, Config, find_errors, load, secret_key, variable
from engine.machine import memory
from engine.processes.executors.handle import Limits
from tests.conftest import environment, refused_start

DOCUMENTED = ROOT / "docs" / "settings.md"


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for field in Config.model_fields:
        monkeypatch.delenv(variable(field), raising=False)
    monkeypatch.setenv("LAYERLOOM_HOME", str(tmp_path / "home"))


def test_documentation_lists_exactly_the_settings() -> None:
    table = re.findall(r"^\| `([A-Z_]+)` \|", DOCUMENTED.read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(table) == sorted(variable(field) for field in Config.model_fields)


def test_documented_defaults_match_the_settings() -> None:
    text = DOCUMENTED.read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `([A-Z_]+)` \| `([^`]+)` \|", text, re.MULTILINE))
    assert len(rows) >= 7
    for name, documented in rows.items():
        field = next(field for field in Config.model_fields if variable(field) == name)
        default = Config.model_fields[field].default
        shown = ",".join(default) if isinstance(default, tuple) else str(default).lower()
        if re.fullmatch(r"\d+(\.\d+)?", documented):
            assert float(documented) == default
        else:
            assert documented == shown


def test_every_setting_has_a_description() -> None:
    assert all(field.description for field in Config.model_fields.values())


BAD = [
    ("LAYERLOOM_RUNS_AT_ONCE", "0", "it should be at least 1"),
    ("LAYERLOOM_RUNS_AT_ONCE", "many", "it should be a whole number"),
    ("LAYERLOOM_RUN_SECONDS", "inf", "finite"),
    ("LAYERLOOM_CHECK_SECONDS", "-1", "greater than 0"),
    ("LAYERLOOM_LOG_LEVEL", "loud", "'debug', 'info', 'warning' or 'error'"),
    ("LAYERLOOM_SECRET_KEY", "short", "at least 32"),
    ("DATABASE_URL", "mysql://x/y", "begins with postgres://"),
    ("REDIS_URL", "localhost:6379", "begins with redis://"),
    (
        "LAYERLOOM_RUN_AT_ONCE",
        "2",
        "not a setting of Layerloom. Did you mean LAYERLOOM_RUNS_AT_ONCE?",
    ),
    ("LAYERLOOM_XYZZY", "1", "not a setting of Layerloom."),
]


@pytest.mark.parametrize(("name", "value", "message"), BAD)
def test_an_error_names_the_setting(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, message: str
) -> None:
    monkeypatch.setenv(name, value)
    errors = find_errors({name: value})
    assert len(errors) == 1
    assert errors[0].startswith(name)
    assert message in errors[0]


def test_all_wrong_settings_are_reported_without_a_traceback(tmp_path: Path) -> None:
    printed = refused_start(environment(tmp_path, LAYERLOOM_RUNS_AT_ONCE="0", LAYERLOOM_NOPE="1"))
    assert "LAYERLOOM_RUNS_AT_ONCE" in printed
    assert "LAYERLOOM_NOPE" in printed
    assert "Traceback" not in printed


def test_a_home_that_cannot_be_created_is_reported(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("LAYERLOOM_HOME", str(tmp_path / "file" / "home"))
    with pytest.raises(SystemExit, match="LAYERLOOM_HOME"):
        load()


def test_the_secret_key_is_created_once_and_readable_only_by_its_owner() -> None:
    config = load()
    key = secret_key(config)
    assert len(key) >= 50
    assert secret_key(config) == key
    mode = stat.S_IMODE((config.home / "secret.key").stat().st_mode)
    assert mode == 0o600


def test_a_configured_secret_key_is_not_stored() -> None:
    config = Config(secret_key=SecretStr("k" * 32))
    assert secret_key(config) == "k" * 32
    assert not (config.home / "secret.key").exists()


def test_hosts_are_split_at_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAYERLOOM_ALLOWED_HOSTS", "example.org, localhost ,")
    assert load().allowed_hosts == ("example.org", "localhost")


LARGE = """
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "builder.settings"
from django.conf import settings
print(settings.DATABASES["default"]["ENGINE"], settings.DATABASES["default"]["HOST"])
print(settings.CHANNEL_LAYERS["default"]["BACKEND"])
"""


def test_postgresql_and_redis_are_configured_by_environment_variables(tmp_path: Path) -> None:
    env = environment(
        tmp_path, DATABASE_URL="postgres://u:p@db.example/layerloom", REDIS_URL="redis://r:6379/0"
    )
    printed = subprocess.run(
        [sys.executable, "-c", LARGE], env=env, cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    assert printed == [
        "django.db.backends.postgresql",
        "db.example",
        "channels_redis.core.RedisChannelLayer",
    ]


def test_limits_of_runs_are_parsed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    assert limits(Config()) == Limits(seconds=None, memory=memory.share())
    monkeypatch.setenv("LAYERLOOM_RUN_MEMORY", "4_000_000_000")
    monkeypatch.setenv("LAYERLOOM_RUN_SECONDS", "90")
    monkeypatch.setenv("LAYERLOOM_RUN_NICENESS", "0")
    assert limits(Config()) == Limits(seconds=90, memory=4_000_000_000, niceness=0)
