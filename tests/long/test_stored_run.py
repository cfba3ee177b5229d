"""A deployed run that writes to S3-compatible storage, as workers of docker-compose.yml do."""

from __future__ import annotations

from pathlib import Path

from crosslabel.pipeline.build import build
from tests.flows.topology import COMPOSE, topology
from tests.pipeline.corpus_builds import LIMIT, SMALL, results, small_recipe
from tests.pipeline.s3_server import BUCKET, s3_server


def test_run_writes_the_same_bytes_to_storage(tmp_path: Path) -> None:
    from s3fs import S3FileSystem

    with s3_server() as port:
        own = {"AWS_ACCESS_KEY_ID": "name", "AWS_SECRET_ACCESS_KEY": "secret",
               "FSSPEC_S3_ENDPOINT_URL": f"http://127.0.0.1:{port}"}
        assert own.keys() <= COMPOSE["worker"]["environment"].keys()
        store = S3FileSystem(key="name", secret="secret",
                             endpoint_url=own["FSSPEC_S3_ENDPOINT_URL"], use_listings_cache=False)
        store.mkdir(BUCKET)
        with topology(tmp_path, **own) as deployed:
            deployed.deploy()
            run = deployed.start_run("build-corpus/build-corpus", {
                "overrides": list(SMALL), "limit": LIMIT, "out": f"s3://{BUCKET}/mine"})
            log = deployed.workers["worker-0"].log
            assert deployed.wait_final(run)["state_type"] == "COMPLETED", log.read_text()
        root = f"{BUCKET}/mine/"
        found = {name.removeprefix(root): store.cat_file(name) for name in store.find(root)}
    build(small_recipe(), tmp_path / "out", limit=LIMIT)
    kept = {name: content for name, content in found.items()
            if not name.startswith(".work/") and name != "run.json"}
    assert kept == results(tmp_path / "out")
