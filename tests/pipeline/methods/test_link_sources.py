"""The table of link sources: every name gives a source, what cannot be used is one line."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from crosslabel.pipeline.methods.link_sources import (
    SOURCES,
    LinkOptions,
    check_source,
    link_source,
)
from crosslabel.pipeline.methods.method_models import models_by_one_name
from crosslabel.pipeline.methods.target_sources import TARGET_SOURCES
from crosslabel.pipeline.recipe.methods import CASCADE, METHODS
from crosslabel.projection.errors import InputError
from crosslabel.projection.interface import TextPair
from crosslabel.projection.words import side_from_tokens
from tests.tiny_encoder import tiny_encoder

PAIR = TextPair("a", side_from_tokens(["The", "house", "is", "small"], "en"),
                side_from_tokens(["Das", "Haus", "ist", "klein"], "de"), ())
WANTED = [[0, 0], [1, 1], [2, 2], [3, 3]]


@pytest.mark.parametrize("name", ["inter", "itermax", "softmax", "translation", "simalign"])
def test_every_source_that_ships_links_a_plain_pair(name: str) -> None:
    source = link_source(name, LinkOptions(device="cpu"))
    assert source.name == name
    assert source.align([PAIR])[0].pairs.tolist() == WANTED


@pytest.mark.parametrize(("name", "model", "message"), [
    ("softmax", "mt-en-de-es", "kind 'translation', where one of kind 'encoder' is needed"),
    ("simalign", "mt-en-de-es", "kind 'translation', where one of kind 'encoder' is needed"),
    ("translation", str(tiny_encoder()), "kind 'encoder', where one of kind 'translation'"),
    ("itermax", "no/such/model", "no such model"),
])
def test_a_model_of_the_wrong_kind_is_refused(name: str, model: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        link_source(name, LinkOptions(models_by_one_name(name, model)))


@pytest.mark.parametrize("name", ["inter", "translation", "simalign"])
def test_the_layer_is_passed_on(name: str) -> None:
    model = None if name == "translation" else str(tiny_encoder())
    with pytest.raises(InputError, match="no hidden layer 99"):
        link_source(name, LinkOptions(models_by_one_name(name, model), layer=99))


def test_given_links_follow_the_rows_or_the_ids(tmp_path: Path) -> None:
    lines = tmp_path / "x.links"
    lines.write_text("3-3\n0-0\n")
    by_row = link_source("links", LinkOptions(links=lines, row_ids=(None, "a")))
    assert by_row.align([PAIR])[0].pairs.tolist() == [[0, 0]]
    rows = tmp_path / "x.jsonl"
    rows.write_text(json.dumps({"id": "a", "alignments": {"mine": "1-1"}}) + "\n")
    by_id = link_source("links", LinkOptions(links=rows, links_key="mine"))
    assert by_id.align([PAIR])[0].pairs.tolist() == [[1, 1]]


def test_given_links_need_a_file() -> None:
    with pytest.raises(InputError, match="reads a file of links; give one"):
        link_source("links")


@pytest.mark.parametrize("package", ["simalign", "eflomal"])
def test_a_missing_package_is_named(package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(InputError, match=f"pip install 'crosslabel.{package}.'"):
        link_source(package)


def test_an_unknown_source_lists_the_known_ones() -> None:
    with pytest.raises(InputError, match="no source 'giza' of links; there are: inter, itermax, "):
        check_source("giza")


def test_the_factories_have_the_methods_of_the_table() -> None:
    assert list(METHODS) == [CASCADE, *SOURCES, *TARGET_SOURCES]
    assert all(name == method.name for name, method in METHODS.items())
