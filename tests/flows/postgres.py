"""PostgreSQL of the system's packages, with a password, on a loopback port."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.flows.processes import free_port

# initdb and postgres refuse to run as root.
_SERVANTS = ("postgres", "nobody")


@dataclass(frozen=True, slots=True)
class Database:
    """How Prefect reaches it, as in docker-compose.yml."""

    port: int
    password: str

    @property
    def settings(self) -> dict[str, str]:
        return {
            "PREFECT_SERVER_DATABASE_DRIVER": "postgresql+asyncpg",
            "PREFECT_SERVER_DATABASE_HOST": "127.0.0.1",
            "PREFECT_SERVER_DATABASE_PORT": str(self.port),
            "PREFECT_SERVER_DATABASE_NAME": "prefect",
            "PREFECT_SERVER_DATABASE_USER": "prefect",
            "PREFECT_SERVER_DATABASE_PASSWORD": self.password,
        }


@contextmanager
def postgres() -> Iterator[Database]:
    """An empty database ``prefect`` of a user ``prefect``; gone afterwards.

    A test that asks for it is skipped where PostgreSQL is not installed.
    """
    programs = _programs()
    user = _user()
    # Not below the folder of the test, which another user may not enter.
    folder = Path(tempfile.mkdtemp(prefix="postgres-"))
    database = Database(free_port(), secrets.token_hex(16))
    if user:
        shutil.chown(folder, user["user"], user["group"])

    def run(program: str, *words: str) -> None:
        subprocess.run([str(programs / program), *words], cwd=folder, check=True, timeout=180,
                       stdout=subprocess.DEVNULL, env=os.environ | {"LC_ALL": "C.UTF-8",
                       "PGPASSWORD": database.password}, **user)

    password = folder / "password"
    password.write_text(database.password)
    password.chmod(0o644)
    data = str(folder / "data")
    try:
        run("initdb", "--pgdata", data, "--username", "prefect", "--auth", "scram-sha-256",
            "--pwfile", str(password), "--no-sync")
        run("pg_ctl", "start", "--pgdata", data, "--wait", "--log", str(folder / "log"),
            "--options", f"-p {database.port} -h 127.0.0.1 -k '' -c fsync=off")
        try:
            run("createdb", "--host", "127.0.0.1", "--port", str(database.port), "--username",
                "prefect", "prefect")
            yield database
        finally:
            run("pg_ctl", "stop", "--pgdata", data, "--mode", "immediate")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _programs() -> Path:
    """Folder of the programs; Debian keeps them away from PATH."""
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if found:
        return found[-1].parent
    pytest.skip("needs PostgreSQL: apt-get install postgresql")


def _user() -> dict[str, Any]:
    """Who runs it, as arguments for a subprocess; nothing where that is this user."""
    if os.geteuid() != 0:
        return {}
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    servant = next(known[name] for name in _SERVANTS if name in known)
    return {"user": servant.pw_uid, "group": servant.pw_gid, "extra_groups": []}
