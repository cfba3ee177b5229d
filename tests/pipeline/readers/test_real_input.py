"""The same command on corpora of one's own: CoNLL columns, JSON lines, public pair files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from crosslabel.pipeline.build import build
from crosslabel.pipeline.corpus.reading import pairs, rejects
from tests.pipeline.corpus_builds import small_recipe

CONLL = """-DOCSTART- -X- O O

Anna NNP I-NP B-PER
Keller NNP I-NP I-PER
lives VBZ I-VP O
in IN I-PP O
New NNP I-NP I-LOC
York NNP I-NP I-LOC
. . O O

Only two
columns here is
wrong

He PRP I-NP O
left VBD I-VP O
Siemens NNP I-NP S-ORG
. . O O
"""


def test_conll_columns_with_document_marks_mended_tags_and_a_bad_sentence(tmp_path: Path) -> None:
    file = tmp_path / "mine.conll"
    file.write_text(CONLL, encoding="utf-8")
    recipe = small_recipe("targets=[de]", f"source.path={file}")
    _, manifest, _ = build(recipe, tmp_path / "out")
    counts = manifest["languages"]["de"]
    assert counts["rows_in"] == 3
    assert counts["repaired_tags"] >= 1
    assert len(list(rejects(tmp_path / "out"))) == counts["rejected"] >= 1
    first = next(pairs(tmp_path / "out")).b
    assert first.fields["text"] == "Anna Keller lives in New York."
    assert [(s.label, first.fields["text"][slice(*s.fragments[0])]) for s in first.spans] == [
        ("PER", "Anna Keller"), ("LOC", "New York"),
    ]


def test_plain_text_is_translated_without_spans(tmp_path: Path) -> None:
    file = tmp_path / "letters.txt"
    file.write_text("The house is small.\nIt is old. It is cold.\n", encoding="utf-8")
    build(small_recipe("targets=[es]", f"source.path={file}"), tmp_path / "out")
    assert [len(p.segments) for p in pairs(tmp_path / "out")] == [1, 2]


def test_own_fields_survive(tmp_path: Path) -> None:
    row = {"id": "q1", "lang": "en", "text": "Anna met Ben.", "source": "letters",
           "spans": [{"id": "x", "start": 0, "end": 4, "label": "PER"},
                     {"id": "y", "start": 9, "end": 12, "label": "PER"}],
           "relations": [{"head": "x", "tail": "y", "label": "met"}]}
    file = tmp_path / "own.jsonl"
    file.write_text(json.dumps(row) + "\n", encoding="utf-8")
    build(small_recipe("targets=[de]", f"source.path={file}"), tmp_path / "out")
    [pair] = pairs(tmp_path / "out")
    assert pair.b.meta == {"source": "letters"}
    assert [p.span_id for p in pair.projections] == ["x", "y"]
    assert pair.b.relations[0].label == "met"


@pytest.mark.parametrize("name", ["europarl-ner.en-de", "uner-pud.en-zh", "xsid.en-de"])
def test_public_pair_files_build(crosslabel_data: Path, tmp_path: Path, name: str) -> None:
    file = crosslabel_data / "projection" / f"{name}.jsonl.gz"
    recipe = small_recipe(f"source.path={file}", "source.labels=null", "output.shard_rows=20",
                          "translation.part_texts=64")
    _, manifest, _ = build(recipe, tmp_path / "out", limit=40)
    assert len(manifest["languages"]) == 2
    for counts in manifest["languages"].values():
        assert counts["rows_in"] == 40 == counts["rows"] + counts["rejected"]
        assert sum(entry["count"] for entry in counts["spans"]) > 0
