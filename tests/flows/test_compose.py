"""docker-compose.yml and the Dockerfile as files: what they must hold, whatever else they say."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
SERVICES: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
LASTING = {"postgres", "server", "worker", "worker-gpu"}
DOCKERFILE = (ROOT / "Dockerfile").read_text()


def test_services_are_a_database_a_server_workers_and_the_deployments() -> None:
    assert set(SERVICES) == LASTING | {"deployments"}
    assert SERVICES["worker-gpu"]["profiles"] == ["gpu"]
    assert [name for name, own in SERVICES.items() if "profiles" in own] == ["worker-gpu"]


@pytest.mark.parametrize("name", sorted(LASTING))
def test_lasting_services_have_a_health_check(name: str) -> None:
    assert SERVICES[name]["healthcheck"]["test"][0] == "CMD"


def test_nothing_is_published_beyond_loopback() -> None:
    published = {name: own["ports"] for name, own in SERVICES.items() if "ports" in own}
    assert set(published) == {"server"}
    assert all(port.startswith("127.0.0.1:") for port in published["server"])
    assert not any("network_mode" in own for own in SERVICES.values())


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_images_are_pinned_to_a_full_version(name: str) -> None:
    tag = SERVICES[name]["image"].partition(":")[2]
    assert re.match(r"\d+\.\d+(\.\d+)?(-[a-z]+)?$", tag)


def test_own_image_carries_the_version_of_the_package() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    own = [service for service in SERVICES.values() if service["image"].startswith("crosslabel:")]
    assert len(own) == 4
    assert all(s["image"].split(":")[1].startswith(project["version"]) for s in own)


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_secrets_come_from_the_environment_without_a_default(name: str) -> None:
    for variable, value in SERVICES[name].get("environment", {}).items():
        if re.search("PASSWORD|AUTH|SECRET|TOKEN|KEY", variable):
            assert re.fullmatch(r"\$\{[A-Z_]+:\?[^}]+\}", value), variable


def test_server_and_clients_share_one_password() -> None:
    server = SERVICES["server"]["environment"]["PREFECT_SERVER_API_AUTH_STRING"]
    for name in ("worker", "worker-gpu", "deployments"):
        assert SERVICES[name]["environment"]["PREFECT_API_AUTH_STRING"] == server


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_nothing_runs_as_root_or_gains_privileges(name: str) -> None:
    service = SERVICES[name]
    own_image = service["image"].startswith("crosslabel:")
    assert "privileged" not in service
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "user" not in service if own_image else service["user"] == "postgres"


def test_dockerfile_is_pinned_and_ends_as_an_ordinary_user() -> None:
    bases = re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)
    assert set(bases) == {"python:3.11.14-slim-bookworm"}
    assert re.findall(r"^USER (\S+)", DOCKERFILE, re.MULTILINE) == ["crosslabel"]
    assert "--constraint constraints.txt" in DOCKERFILE


def test_files_the_image_copies_exist_and_reach_the_build() -> None:
    allowed = {line.removeprefix("!") for line in (ROOT / ".dockerignore").read_text().splitlines()}
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE)
    for name in {name for line in copied for name in line.split()}:
        assert (ROOT / name).exists()
        assert name in allowed
