"""docker-compose.yml and the Dockerfile as files: what they must hold, whatever else they say."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = ROOT / "docker-compose.yml"
PROJECT: dict[str, Any] = yaml.safe_load(COMPOSE.read_text())
SERVICES: dict[str, Any] = PROJECT["services"]
LASTING = {"postgres", "storage", "server", "worker", "worker-gpu"}
WORKERS = ("worker", "worker-gpu")
OWN_USERS = {"postgres": "postgres", "storage": "1000:1000"}
DOCKERFILE = (ROOT / "Dockerfile").read_text()


def _checked(file: Path) -> subprocess.CompletedProcess[str]:
    """The Compose specification's own JSON schema, as check-jsonschema ships it."""
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec"]
    return subprocess.run([*command, str(file)], capture_output=True, text=True, timeout=60)


def test_file_is_what_the_compose_specification_allows() -> None:
    done = _checked(COMPOSE)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("written", "wrong"),
    [("cap_drop: [ALL]", "cap_drop: ALL"), ("read_only: true", "readonly: true"),
     ("condition: service_healthy", "condition: healthy"), ("networks: [storage]", "networks: 1")],
)
def test_specification_refuses_what_it_does_not_allow(
    tmp_path: Path, written: str, wrong: str
) -> None:
    text = COMPOSE.read_text()
    assert written in text
    (tmp_path / "docker-compose.yml").write_text(text.replace(written, wrong))
    assert _checked(tmp_path / "docker-compose.yml").returncode != 0


def test_services_are_a_database_storage_a_server_workers_and_the_deployments() -> None:
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
    assert len(own) == len(SERVICES) - len(OWN_USERS)
    assert all(s["image"].split(":")[1].startswith(project["version"]) for s in own)


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_secrets_come_from_the_environment_without_a_default(name: str) -> None:
    secrets = {variable: value for variable, value in SERVICES[name]["environment"].items()
               if re.search("PASSWORD|AUTH|SECRET|TOKEN|KEY", variable)}
    assert secrets
    for variable, value in secrets.items():
        assert re.fullmatch(r"\$\{[A-Z_]+:\?[^}]+\}", value), variable


def test_server_and_clients_share_one_password() -> None:
    server = SERVICES["server"]["environment"]["PREFECT_SERVER_API_AUTH_STRING"]
    for name in ("worker", "worker-gpu", "deployments"):
        assert SERVICES[name]["environment"]["PREFECT_API_AUTH_STRING"] == server


def test_storage_and_workers_share_keys_and_the_workers_know_where_it_is() -> None:
    keys = SERVICES["storage"]["environment"]
    assert set(keys) == {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"}
    for name in WORKERS:
        environment = SERVICES[name]["environment"]
        assert environment.items() >= keys.items()
        assert environment["FSSPEC_S3_ENDPOINT_URL"] == "http://storage:8333"
    assert not keys.keys() & SERVICES["server"]["environment"].keys()


def test_only_the_server_reaches_the_database_and_only_workers_the_storage() -> None:
    def reached(network: str) -> set[str]:
        return {name for name, own in SERVICES.items() if network in own.get("networks", [])}

    assert reached("database") == {"postgres", "server"}
    assert reached("storage") == {"storage", *WORKERS}
    assert PROJECT["networks"]["database"] == PROJECT["networks"]["storage"] == {"internal": True}


def test_named_volumes_and_networks_are_declared() -> None:
    volumes = {volume.partition(":")[0]
               for own in SERVICES.values() for volume in own.get("volumes", [])}
    networks = {network for own in SERVICES.values() for network in own.get("networks", [])}
    assert len(volumes) == len(networks) == 3
    assert volumes <= set(PROJECT["volumes"])
    assert networks <= set(PROJECT["networks"])


def test_workers_take_one_run_at_a_time() -> None:
    for name in WORKERS:
        command = SERVICES[name]["command"]
        assert command[command.index("--limit") + 1] == "1"


def test_signs_of_life_come_far_more_often_than_silence_is_taken_for_death() -> None:
    automations = yaml.safe_load((ROOT / "automations.yaml").read_text())["automations"]
    silence = next(own["trigger"]["within"] for own in automations
                   if "prefect.flow-run.heartbeat" in own["trigger"]["after"])
    for name in WORKERS:
        environment = SERVICES[name]["environment"]
        assert 3 * int(environment["PREFECT_FLOWS_HEARTBEAT_FREQUENCY"]) <= silence
        patience = sum(2**n for n in range(1, int(environment["PREFECT_CLIENT_MAX_RETRIES"]) + 1))
        assert patience < silence


def test_deployments_registers_both_files_once() -> None:
    script = SERVICES["deployments"]["command"][-1]
    automations = yaml.safe_load((ROOT / "automations.yaml").read_text())["automations"]
    assert "deploy --all" in script and "--from-file automations.yaml" in script
    assert any(f'inspect "{own["name"]}"' in script for own in automations)
    assert SERVICES["deployments"]["working_dir"] in DOCKERFILE


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_nothing_runs_as_root_or_gains_privileges(name: str) -> None:
    service = SERVICES[name]
    assert "privileged" not in service
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service.get("user") == OWN_USERS.get(name)  # the own image ends as an ordinary one


def test_dockerfile_is_pinned_and_ends_as_an_ordinary_user() -> None:
    bases = re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)
    assert set(bases) == {"python:3.11.14-slim-bookworm"}
    assert re.findall(r"^USER (\S+)", DOCKERFILE, re.MULTILINE) == ["crosslabel"]
    assert "--constraint constraints.txt" in DOCKERFILE


def test_image_has_the_extras_that_flows_and_storage_need() -> None:
    installed = re.search(r"\.whl\)\[([a-z0-9,]+)\]", DOCKERFILE)
    assert installed and {"dask", "finetune", "s3"} <= set(installed[1].split(","))


def test_files_the_image_copies_exist_and_reach_the_build() -> None:
    allowed = {line.removeprefix("!") for line in (ROOT / ".dockerignore").read_text().splitlines()}
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE)
    names = {name for line in copied for name in line.split()}
    assert len(names) > 8
    for name in names:
        assert (ROOT / name).exists()
        assert name in allowed


def test_the_wheel_of_the_image_holds_the_rooms_that_the_package_links_to(tmp_path: Path) -> None:
    for line in re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE)[:-1]:
        for name in line.split():
            if (ROOT / name).is_dir():  # as COPY does it: links stay links
                shutil.copytree(ROOT / name, tmp_path / name, symlinks=True)
            else:
                shutil.copy(ROOT / name, tmp_path)
    subprocess.run([sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir",
                    tmp_path / "wheels", tmp_path], check=True, capture_output=True)
    [wheel] = (tmp_path / "wheels").iterdir()
    names = zipfile.ZipFile(wheel).namelist()
    for needed in ("crosslabel/pipeline/build.py", "crosslabel/flows/build_corpus.py",
                   "crosslabel/data/models/mt-en-de-es/model.bin"):
        assert needed in names
