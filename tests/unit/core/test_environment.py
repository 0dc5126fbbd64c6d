"""The environment: empty means the default, nonsense stops the start, half a profile is refused."""

from __future__ import annotations

import pytest

from config import env, profiles


@pytest.mark.parametrize(("raw", "value"), [(None, True), ("", True), ("1", True), ("0", False), ("Off", False)])
def test_a_flag_left_empty_keeps_its_default(monkeypatch, raw, value):
    monkeypatch.delenv("SECURE_COOKIES", raising=False)
    if raw is not None:
        monkeypatch.setenv("SECURE_COOKIES", raw)
    assert env.flag("SECURE_COOKIES", default=True) is value


def test_a_copied_example_changes_nothing(monkeypatch):
    for name in ("LINK_EXPIRY_MINUTES", "ALLOWED_HOSTS", "S3_BUCKET", "DATA_DIR"):
        monkeypatch.setenv(name, "")
    assert env.number("LINK_EXPIRY_MINUTES", 30) == 30
    assert env.items("ALLOWED_HOSTS", "localhost,127.0.0.1") == ["localhost", "127.0.0.1"]
    assert env.text("S3_BUCKET", "sightline-evidence") == "sightline-evidence"


@pytest.mark.parametrize(
    ("read", "raw"), [(lambda: env.flag("X", default=False), "perhaps"), (lambda: env.number("X", 1), "ten")]
)
def test_nonsense_stops_the_start_and_says_where(monkeypatch, read, raw):
    monkeypatch.setenv("X", raw)
    with pytest.raises(env.EnvError, match="X is"):
        read()


@pytest.mark.parametrize("alone", ["DATABASE_URL", "REDIS_URL"])
def test_half_a_profile_is_refused(monkeypatch, alone):
    for name in ("DATABASE_URL", "REDIS_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(alone, "redis://localhost")
    with pytest.raises(env.EnvError, match="both"):
        profiles.is_full()


def test_a_missing_secret_refuses_to_start(monkeypatch):
    monkeypatch.delenv("SECRET_KEY", raising=False)
    with pytest.raises(env.EnvError, match="SECRET_KEY is not set"):
        env.secret("SECRET_KEY")


def test_the_embedded_secret_is_made_once_and_is_the_owners_alone(tmp_path):
    first = profiles.embedded_secret(tmp_path / "deep" / "secret.key")
    assert first == profiles.embedded_secret(tmp_path / "deep" / "secret.key")
    assert len(first) > 60
    assert (tmp_path / "deep" / "secret.key").stat().st_mode & 0o077 == 0
