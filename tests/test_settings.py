"""Settings are read once, and a wrong one is named."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from eventhub.settings import Settings, SettingsError


def read(tmp_path: Path, **environ: str) -> Settings:
    return Settings.from_env({"EVENTHUB_DATA_DIR": str(tmp_path), **environ})


def test_settings_have_defaults_for_an_empty_environment(tmp_path: Path) -> None:
    settings = read(tmp_path)
    assert settings.database_url == f"sqlite:///{tmp_path / 'eventhub.sqlite3'}"
    assert settings.broker_url == f"sqla+sqlite:///{tmp_path / 'broker.sqlite3'}"
    assert (settings.smtp_url, settings.public_url, settings.rate_limits) == ("", "http://127.0.0.1:8000", True)
    assert (settings.secure, settings.trusted_proxies, settings.mail_dir) == (False, 0, tmp_path / "mail")


def test_generated_secret_is_kept_and_private(tmp_path: Path) -> None:
    first = read(tmp_path).secret_key
    assert len(first) >= 32
    assert read(tmp_path).secret_key == first
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600


def test_secret_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "given"
    path.write_text("x" * 40 + "\n")
    assert read(tmp_path, EVENTHUB_SECRET_KEY_FILE=str(path)).secret_key == "x" * 40


def test_postgresql_is_reached_by_psycopg_3(tmp_path: Path) -> None:
    settings = read(tmp_path, EVENTHUB_DATABASE_URL="postgresql://u:p@db/eventhub")
    assert settings.database_url == "postgresql+psycopg://u:p@db/eventhub"


def test_contact_is_the_sender_unless_set(tmp_path: Path) -> None:
    assert read(tmp_path, EVENTHUB_MAIL_FROM="Events <events@example.org>").contact == "events@example.org"
    assert read(tmp_path, EVENTHUB_CONTACT_EMAIL="help@example.org").contact == "help@example.org"


def test_the_processor_is_nameless_unless_set(tmp_path: Path) -> None:
    assert read(tmp_path).processor == ""
    assert read(tmp_path, EVENTHUB_PROCESSOR="Example Association").processor == "Example Association"


def test_invitations_are_attached_too_unless_switched_off(tmp_path: Path) -> None:
    assert read(tmp_path).calendar_attachment
    assert not read(tmp_path, EVENTHUB_CALENDAR_ATTACHMENT="off").calendar_attachment


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("EVENTHUB_DATABASE_URL", "mysql://db/eventhub"),
        ("EVENTHUB_BROKER_URL", "amqp://broker"),
        ("EVENTHUB_SMTP_URL", "mail.example.org:25"),
        ("EVENTHUB_SMTP_URL", "smtp://mail.example.org:port"),
        ("EVENTHUB_MAIL_FROM", "EventHub"),
        ("EVENTHUB_CONTACT_EMAIL", "the help desk"),
        ("EVENTHUB_PUBLIC_URL", "events.example.org"),
        ("EVENTHUB_PUBLIC_URL", "https://example.org/events"),
        ("EVENTHUB_PUBLIC_URL", "https://example.org/?page=events"),
        ("EVENTHUB_SECRET_KEY", "too short"),
        ("EVENTHUB_RATE_LIMITS", "yes"),
        ("EVENTHUB_CALENDAR_ATTACHMENT", "no"),
        ("EVENTHUB_TRUSTED_PROXIES", "-1"),
        ("EVENTHUB_SECRET_KEY_FILE", "/nowhere/at/all"),
    ],
)
def test_wrong_setting_is_named(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"^{name}: "):
        read(tmp_path, **{name: value})


def test_data_directory_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SettingsError, match=r"^EVENTHUB_DATA_DIR: "):
        Settings.from_env({"EVENTHUB_DATA_DIR": str(tmp_path / "file" / "below")})


def test_data_directory_and_its_files_are_private(tmp_path: Path) -> None:
    data, letter = tmp_path / "data", tmp_path / "data" / "mail" / "new" / "letter"
    letter.parent.mkdir(parents=True, mode=0o755)
    for path in (letter, data / "eventhub.sqlite3", data / "theirs"):
        path.write_text("")
        path.chmod(0o644)
    data.chmod(0o755)
    Settings.from_env({"EVENTHUB_DATA_DIR": str(data)})
    assert {path.relative_to(data).as_posix(): path.stat().st_mode & 0o777 for path in data.rglob("*")} == {
        "mail": 0o700,
        "mail/new": 0o700,
        "mail/new/letter": 0o600,
        "eventhub.sqlite3": 0o600,
        "broker.sqlite3": 0o600,
        "secret_key": 0o600,
        "theirs": 0o644,
    }
    assert data.stat().st_mode & 0o777 == 0o700


def test_new_data_directory_is_private(tmp_path: Path) -> None:
    settings = Settings.from_env({"EVENTHUB_DATA_DIR": str(tmp_path / "data")})
    assert settings.data_dir.stat().st_mode & 0o777 == 0o700
    with closing(sqlite3.connect(settings.data_dir / "eventhub.sqlite3")) as database:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("CREATE TABLE one (id INTEGER)")
        database.commit()
        assert {path.stat().st_mode & 0o777 for path in settings.data_dir.iterdir()} == {0o600}
        assert (settings.data_dir / "eventhub.sqlite3-wal").exists()


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("", False),
        ("http://127.0.0.1:9000", False),
        ("http://localhost:9000", False),
        ("http://[::1]:9000", False),
        ("http://192.0.2.1", True),
        ("https://events.example.net", True),
    ],
)
def test_address_of_this_machine_is_not_public(tmp_path: Path, address: str, public: bool) -> None:
    given = {"EVENTHUB_DATA_DIR": str(tmp_path), "EVENTHUB_PUBLIC_URL": address}
    assert Settings.from_env(given).is_public is public
