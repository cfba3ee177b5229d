"""What docker-compose.yml describes, as processes: PostgreSQL, Prefect server, workers."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import yaml

from tests.flows.postgres import postgres
from tests.flows.processes import Service, alive, answers, free_port, running, wait_until

ROOT = Path(__file__).resolve().parents[2]
PREFECT = [sys.executable, "-m", "prefect"]
USER, PASSWORD = "tester", "secret"
FINAL = {"COMPLETED", "FAILED", "CANCELLED", "CRASHED"}
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]


@dataclass(slots=True)
class Topology:
    """A running deployment.

    Attributes:
        folder: where workers were started, so where ``out/`` appears.
        environment: of every process.
    """

    folder: Path
    environment: dict[str, str]
    server: Service
    workers: dict[str, Service] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return self.environment["PREFECT_API_URL"]

    def start_server(self) -> None:
        self.server.start()
        wait_until("the server", lambda: answers(f"{self.url}/ready"), self.server.log)

    def command(self, *words: str) -> str:
        """Output of a Prefect command that has to succeed."""
        done = subprocess.run([*PREFECT, "--no-prompt", *words], cwd=self.folder,
                              env=self.environment, capture_output=True, text=True, timeout=360)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def deploy(self, files: Path = ROOT) -> None:
        """Do what the service "deployments" does.

        Args:
            files: folder of prefect.yaml and automations.yaml.
        """
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        done = subprocess.run(COMPOSE["deployments"]["command"], cwd=files, capture_output=True,
                              env=self.environment | {"PATH": path}, text=True, timeout=360)
        assert done.returncode == 0, done.stdout + done.stderr

    def api(self, method: str, path: str, **arguments: Any) -> httpx.Response:
        """One request to the server's API."""
        return httpx.request(method, f"{self.url}/{path}", auth=(USER, PASSWORD), timeout=60,
                             **arguments)

    def create_run(self, deployment: str, parameters: dict[str, Any]) -> httpx.Response:
        """Ask for a flow run as the user interface does."""
        found = self.api("GET", f"deployments/name/{deployment}").json()
        return self.api("POST", f"deployments/{found['id']}/create_flow_run",
                        json={"parameters": parameters})

    def start_run(self, deployment: str, parameters: dict[str, Any]) -> str:
        """Identifier of a new flow run."""
        made = self.create_run(deployment, parameters)
        assert made.status_code == 201, made.text
        return str(made.json()["id"])

    def state(self, run: str) -> dict[str, Any]:
        found: dict[str, Any] = self.api("GET", f"flow_runs/{run}").json()
        return found

    def process(self, run: str) -> int:
        """Number of the process of a flow run."""
        return int(self.state(run)["infrastructure_pid"].rpartition(":")[2])

    def wait_final(self, run: str, log: Path | None = None) -> dict[str, Any]:
        """The flow run once it has ended."""

        def ended() -> dict[str, Any] | None:
            own = self.state(run)
            return own if own["state_type"] in FINAL else None

        return wait_until(f"the end of run {run}", ended, log)

    def cancel_under_way(self, deployment: str, parameters: dict[str, Any]) -> None:
        """Cancel a new run once it has committed a part; its process has ended afterwards."""
        run = self.start_run(deployment, parameters)
        parts = Path(parameters["out"]) / ".work" / "translations"
        wait_until("the first part", lambda: list(parts.glob("*/*.json")),
                   self.workers["worker-0"].log)
        process = self.process(run)
        asked = self.api("POST", f"flow_runs/{run}/set_state",
                         json={"state": {"type": "CANCELLING"}})
        assert asked.status_code == 201, asked.text
        ended = self.wait_final(run)
        assert ended["state_type"] == "CANCELLED", ended["state"]
        wait_until("the end of the process", lambda: not alive(process))


@contextmanager
def topology(folder: Path, workers: Sequence[str] = ("worker",), **settings: str
             ) -> Iterator[Topology]:
    """The services of docker-compose.yml, the database included.

    Args:
        folder: for logs and the workers' folder.
        workers: services that are workers; a name may be given several times.
        settings: more variables of the environment.
    """
    with ExitStack() as stack:
        database = stack.enter_context(postgres())
        port = free_port()
        environment = _environment(folder, port) | database.settings | settings
        work = folder / "work"
        work.mkdir()
        server = Service([*PREFECT, "server", "start", "--host", "127.0.0.1", "--port", str(port)],
                         work, environment, folder / "server.log")
        made = Topology(work, environment, server)
        stack.callback(server.stop)
        made.start_server()
        for number, name in enumerate(workers):
            worker = _worker(name, made, folder / f"{name}-{number}.log")
            made.workers[f"{name}-{number}"] = stack.enter_context(running(worker))
            health = f"http://127.0.0.1:{worker.environment['PREFECT_WORKER_WEBSERVER_PORT']}"
            wait_until("the worker", lambda url=f"{health}/health": answers(url), worker.log)
        yield made


def _worker(name: str, made: Topology, log: Path) -> Service:
    program, *words = COMPOSE[name]["command"]
    assert program == "prefect"
    environment = made.environment | {"PREFECT_WORKER_WEBSERVER_HOST": "127.0.0.1",
                                      "PREFECT_WORKER_WEBSERVER_PORT": str(free_port())}
    return Service([*PREFECT, *words], made.folder, environment, log)


def _environment(folder: Path, port: int) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    return kept | {
        "PYTHONPATH": str(ROOT),
        "DO_NOT_TRACK": "1",
        "PREFECT_HOME": str(folder / "prefect"),
        "PREFECT_API_URL": f"http://127.0.0.1:{port}/api",
        "PREFECT_API_AUTH_STRING": f"{USER}:{PASSWORD}",
        "PREFECT_SERVER_API_AUTH_STRING": f"{USER}:{PASSWORD}",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_SERVER_UI_ENABLED": "false",
        "PREFECT_CLIENT_MAX_RETRIES": "7",
        "PREFECT_WORKER_QUERY_SECONDS": "1",
    }
