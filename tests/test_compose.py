"""The production set-up: right by the compose schema, without a default secret, and its very commands run."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from eventhub.mail.transport import smtp
from eventhub.settings import Settings
from tests.support.running import open_event
from tests.support.servers import EventHub, Postgres, Program, Redis, SmtpServer, free_port, status, wait_for
from tests.support.visitor import Visitor

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
COMPOSE: dict[str, Any] = YAML(typ="safe").load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = [name for name, service in SERVICES.items() if "build" in service]


def test_compose_file_is_valid_by_the_schema() -> None:
    done = subprocess.run(
        [BIN / "check-jsonschema", "--builtin-schema", "vendor.compose-spec", "docker-compose.yml"],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout


def test_services_are_the_agreed_ones() -> None:
    assert sorted(SERVICES) == ["clock", "migrate", "postgres", "redis", "web", "worker"]
    assert sorted(OURS) == ["clock", "migrate", "web", "worker"]


def test_secrets_are_neither_in_the_file_nor_defaults() -> None:
    for service in SERVICES.values():
        for name, value in service.get("environment", {}).items():
            if re.search(r"SECRET|PASSWORD|SMTP_URL|DATABASE_URL", name):
                assert name.endswith("_FILE"), name
                assert value.removeprefix("/run/secrets/") in service["secrets"], name
    assert set(COMPOSE["secrets"]) == {name for service in SERVICES.values() for name in service.get("secrets", ())}
    assert all(secret["file"].startswith("./secrets/") for secret in COMPOSE["secrets"].values())
    assert "secrets/" in (ROOT / ".gitignore").read_text().split()


def test_every_lasting_service_has_a_health_check_and_the_databases_a_volume() -> None:
    assert [name for name, service in SERVICES.items() if "healthcheck" not in service] == ["migrate"]
    assert {name for service in SERVICES.values() for name in _volumes(service)} == set(COMPOSE["volumes"])


def _volumes(service: Mapping[str, Any]) -> list[str]:
    return [volume.partition(":")[0] for volume in service.get("volumes", ())]


def test_image_has_pinned_packages_no_root_and_the_commands() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text()
    assert "--require-hashes -r requirements.txt" in dockerfile
    assert re.search(r"^USER eventhub$", dockerfile, re.MULTILINE)
    needed = {"docs", "eventhub", "migrations", "templates", "workers", "requirements.txt"}
    copied = {
        source.removeprefix("/srv/eventhub/").removeprefix("./")
        for line in re.findall(r"^COPY (?:--from=\w+ )?(.+)$", dockerfile, re.MULTILINE)
        for source in shlex.split(line)[:-1]
    } - {"/opt/venv"}
    assert copied == needed
    ignored = (ROOT / ".dockerignore").read_text().split()
    assert needed <= {line.removeprefix("!") for line in ignored if line.startswith("!")}


class Stack(EventHub):
    """The services of docker-compose.yml as plain processes: its commands, its environment, our servers."""

    def __init__(self, directory: Path, *, postgres: str, redis: str, smtp: str) -> None:
        super().__init__(directory)
        secrets = {
            "database_url": postgres,
            "smtp_url": smtp,
            "secret_key": "a key for tests that nobody else uses",
        }
        for name, value in secrets.items():
            (directory / name).write_text(value + "\n")
        given = {"EVENTHUB_PUBLIC_URL": self.address, "EVENTHUB_MAIL_FROM": "EventHub <events@example.org>"}
        base = {name: self.environment[name] for name in ("HOME", "LANG", "PYTHONUNBUFFERED", "TMPDIR")}
        self.environment = base | {"PATH": f"{BIN}:{os.environ['PATH']}"}
        for name, value in SERVICES["web"]["environment"].items():
            value = re.sub(r"\$\{(\w+):(?:\?[^}]*|-([^}]*))\}", lambda m: given.get(m[1], m[2] or ""), str(value))
            value = value.replace("/run/secrets/", f"{directory}/").replace("redis://redis:6379/0", redis)
            self.environment[name] = value.replace("/var/lib/eventhub", str(directory))

    def run(self, name: str) -> Program:
        """Start a service by its command, on our port where it names one."""
        command = [part.replace("--port=8000", f"--port={self.port}") for part in SERVICES[name]["command"]]
        return self.start(name, [str(BIN / command[0]), *command[1:]])

    def healthy(self, name: str) -> bool:
        """What the service's health check says."""
        kind, *test = SERVICES[name]["healthcheck"]["test"]
        assert kind == "CMD"
        command = [str(BIN / test[0]), *(part.replace(":8000", f":{self.port}") for part in test[1:])]
        return subprocess.run(command, cwd=ROOT, env=self.environment, check=False, capture_output=True).returncode == 0


def test_commands_serve_a_registration_and_its_mail(
    tmp_path: Path, postgres: Postgres, smtp_server: SmtpServer
) -> None:
    database = f"compose_{free_port()}"
    with (
        Redis() as redis,
        Stack(tmp_path / "stack", postgres=postgres.create(database), redis=redis.url, smtp=smtp_server.url) as stack,
    ):
        for _ in range(2):  # the second time there is nothing to do
            migrate = stack.run("migrate")
            assert migrate.process.wait(60) == 0, migrate.output
        web, worker, clock = (stack.run(name) for name in ("web", "worker", "clock"))
        wait_for(lambda: status(f"{stack.address}/readyz") == 200, what="/readyz", seconds=60)
        for name in ("web", "worker", "clock"):
            wait_for(lambda name=name: stack.healthy(name), what=f"the {name}'s health", seconds=60, every=0.5)

        slug = open_event(stack)
        answer = Visitor(stack.address).register(slug, name="Person One", email="person@people.internal")
        assert answer.status == 200, answer.text
        mail = wait_for(lambda: smtp_server.to("person@people.internal"), what="the confirmation", seconds=60)
        assert len(mail) == 1
        assert mail[0].message["From"].addresses[0].addr_spec == "events@example.org"
        assert stack.address in mail[0].message.get_body(("plain",)).get_content()

        assert [program.stop(seconds=60) for program in (web, worker, clock)] == [0, 0, 0]


@pytest.mark.parametrize("name", ["EVENTHUB_PUBLIC_URL", "EVENTHUB_MAIL_FROM"])
def test_setting_without_default_is_required_by_name(name: str) -> None:
    assert re.search(rf"\$\{{{name}:\?", str(SERVICES["web"]["environment"][name]))


@pytest.mark.parametrize("name", [field.name.upper() for field in fields(Settings)])
def test_each_setting_comes_from_env_or_from_where_the_example_says(name: str) -> None:
    """What `.env.example` does not mark is passed on; what it marks, `.env` cannot change."""
    environment = SERVICES["web"]["environment"]
    example = (ROOT / ".env.example").read_text()
    comment = example.partition(f"\n#EVENTHUB_{name}=")[0].rpartition("\n\n")[2]
    secret = re.search(r"\[compose: secrets/(\w+)\]", comment)
    if secret is not None:
        assert environment[f"EVENTHUB_{name}_FILE"] == f"/run/secrets/{secret[1]}"
        assert secret[1] in SERVICES["web"]["secrets"]
    elif "[compose: " in comment:
        assert "$" not in environment[f"EVENTHUB_{name}"]
    else:
        assert environment[f"EVENTHUB_{name}"].startswith(f"${{EVENTHUB_{name}:")


def test_a_worker_is_given_the_time_to_end_the_message_in_hand() -> None:
    assert int(SERVICES["worker"]["stop_grace_period"].removesuffix("s")) > smtp.PATIENCE
