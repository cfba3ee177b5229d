"""Feature datasets of a real corpus: what lies in the folder, what is redone when."""

from __future__ import annotations

import json
import shutil
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
from datasets import load_from_disk

from crosslabel.finetune.features.featurize import featurize
from crosslabel.finetune.features.options import feature_options
from crosslabel.finetune.sidecar import Sidecar, read_sidecar
from crosslabel.finetune.tokenizer import check_tokenizer
from crosslabel.pipeline.corpus.reading import pairs, read_manifest
from crosslabel.pipeline.corpus.tags import UNKNOWN, tag_names
from crosslabel.pipeline.storage.files import committed
from crosslabel.pipeline.storage.location import Location, location
from crosslabel.projection.errors import InputError
from tests.finetune.features.hand_made import STUDENT, reference, tokenizer
from tests.pipeline.corpus_builds import LIMIT, inodes, results


def run(input: Location, out: Path, task: str = "token", **values: Any) -> Sidecar:
    where = {name: values.pop(name) for name in ("translations", "lang") if name in values}
    return featurize(input, out, STUDENT, feature_options(task=task, **values), **where)


def rows_of(out: Path) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = load_from_disk(str(out)).to_list()
    return rows


def test_every_pair_becomes_a_row_that_datasets_opens(corpus: Path, tmp_path: Path) -> None:
    sidecar = run(corpus, tmp_path)
    rows = rows_of(tmp_path)
    made = list(pairs(corpus))
    assert sidecar == read_sidecar(tmp_path)
    assert sidecar.counts["rows"] == len(rows) == len(made)
    assert [(row["lang_a"], row["lang_b"], row["pair_kind"]) for row in rows] \
        == [(pair.a.lang, "en", "translate_train") for pair in made]
    assert all(row["length"] == len(row["a_input_ids"]) + len(row["b_input_ids"]) for row in rows)
    assert {(row["a_label_origin"], row["b_label_origin"]) for row in rows} == {(3, 1)}
    assert sum(len(load_from_disk(str(tmp_path / lang))) for lang in ("de", "es")) == len(rows)


def test_corpus_in_a_store_gives_the_same_features(corpus: Path, tmp_path: Path) -> None:
    stored = location(f"memory://{tmp_path}/corpus")
    for name, content in results(corpus).items():
        with committed(stored / name) as file:
            file.write(content)
    assert run(stored, tmp_path / "stored") == run(corpus, tmp_path / "local")
    assert results(tmp_path / "stored") == results(tmp_path / "local")


def test_labels_agree_with_the_tags_of_the_corpus(corpus: Path, tmp_path: Path) -> None:
    sidecar = run(corpus, tmp_path)
    assert list(sidecar.labels) == tag_names(read_manifest(corpus)["labels"])
    for row, shown in zip(rows_of(tmp_path), load_from_disk(str(corpus)), strict=True):
        own, words = row["a_token_labels"], row["a_word_ids"]
        first = {word: place for place, word in reversed(list(enumerate(words)))}
        tags = [own[first[n]] for n in range(len(shown["a_tokens"]))]
        assert tags == shown["a_tags"]
        known = [tag for tag in shown["b_tags"] if tag != UNKNOWN]
        assert [label for label in row["b_token_labels"] if label != UNKNOWN] == known
        expected = reference()(shown["b_tokens"], is_split_into_words=True)
        assert row["b_input_ids"] == expected["input_ids"]


def test_rows_have_their_own_id_and_share_groups_across_languages(
    corpus: Path, tmp_path: Path
) -> None:
    run(corpus, tmp_path, max_length=24, evaluation=True)
    rows = rows_of(tmp_path)
    assert len({row["row_id"] for row in rows}) == len(rows)
    groups = defaultdict(set)
    for row in rows:
        groups[row["group_id"]].add((row["example_id"], row["lang_a"]))
    examples = {id for found in groups.values() for id, _ in found}
    assert len(groups) == len(examples)
    assert {frozenset(lang for _, lang in found) for found in groups.values()} \
        == {frozenset(("de", "es"))}


def test_a_second_run_leaves_every_file(corpus: Path, tmp_path: Path) -> None:
    run(corpus, tmp_path)
    before = inodes(tmp_path, "**/*")
    run(corpus, tmp_path)
    assert inodes(tmp_path, "**/*") == before


def test_another_folder_gets_the_same_bytes(corpus: Path, tmp_path: Path) -> None:
    run(corpus, tmp_path / "one")
    shutil.copytree(corpus, tmp_path / "moved")
    run(tmp_path / "moved", tmp_path / "two")
    assert results(tmp_path / "one") == results(tmp_path / "two")


def test_a_lost_marker_redoes_that_shard_alone(corpus: Path, tmp_path: Path) -> None:
    run(corpus, tmp_path)
    bytes_before, before = results(tmp_path), inodes(tmp_path)
    lost = sorted((tmp_path / "de").glob("shard-*.json"))[0]
    lost.unlink()
    (tmp_path / "de" / ".shard.arrow.1.tmp").write_bytes(b"half")
    run(corpus, tmp_path)
    assert results(tmp_path) == bytes_before
    changed = {path for path, own in inodes(tmp_path).items() if before[path] != own}
    assert {path.split(".")[0] for path in changed} == {f"de/{lost.stem}"}


def test_other_options_replace_the_shards(corpus: Path, tmp_path: Path) -> None:
    run(corpus, tmp_path)
    before = inodes(tmp_path)
    run(corpus, tmp_path, max_length=64)
    after = inodes(tmp_path)
    assert len(after) == len(before)
    assert not set(after) & set(before)


def test_lost_spans_are_masked_kept_outside_or_dropped(corpus: Path, tmp_path: Path) -> None:
    incomplete = sum(any(p.status != "projected" for p in pair.projections)
                     for pair in pairs(corpus))
    assert incomplete
    counts = {how: run(corpus, tmp_path / how, on_lost_span=how).counts
              for how in ("mask", "outside", "drop_pair")}
    total = len(list(pairs(corpus)))
    assert counts["drop_pair"]["rows"] == total - incomplete
    assert counts["drop_pair"]["rejected: lost-span"] >= incomplete
    assert counts["mask"]["words masked"] > 0
    assert "words masked" not in counts["outside"]
    unknown = [sum(label == UNKNOWN for row in rows_of(tmp_path / how)
                   for label in row["a_token_labels"]) for how in ("mask", "outside")]
    assert unknown[0] - unknown[1] == counts["mask"]["words masked"]


@pytest.mark.parametrize(("values", "message"), [
    ({"max_length": 513}, "max_length: 513 is more than the 512 tokens"),
    ({"lang": "de"}, "leave out lang"),
])
def test_what_cannot_be_done_says_why(
    corpus: Path, tmp_path: Path, values: dict[str, Any], message: str
) -> None:
    with pytest.raises(InputError, match=message):
        run(corpus, tmp_path, **values)


def test_a_folder_of_something_else_is_left_alone(corpus: Path, tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(InputError, match=r"thesis\.txt"):
        run(corpus, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


@pytest.mark.parametrize(("values", "message"), [
    ({"task": "tokens"}, "task: .*'token'"),
    ({"task": "qa", "stride": 200}, "stride: 200 is more than half"),
    ({"task": "qa", "max_length": 16, "stride": 4}, "max_length: windows"),
])
def test_wrong_options_are_named(values: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        feature_options(**values)


def test_features_of_another_tokenizer_are_refused() -> None:
    facts = tokenizer().facts
    check_tokenizer(facts, facts)
    for other in ({"sha256": "0"}, {"vocabulary": 7}, {"pad_id": 3}):
        with pytest.raises(InputError, match="crosslabel featurize"):
            check_tokenizer(facts.model_copy(update=other), facts)


def test_a_sidecar_of_another_version_is_refused(corpus: Path, tmp_path: Path) -> None:
    run(corpus, tmp_path)
    file = tmp_path / "features.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | {"version": "pairs/0"}))
    with pytest.raises(InputError, match="pairs/0"):
        read_sidecar(tmp_path)


def test_the_small_corpus_is_what_these_tests_need(corpus: Path) -> None:
    languages = read_manifest(corpus)["languages"]
    assert {lang: counts["rows_in"] for lang, counts in languages.items()} \
        == {"de": LIMIT, "es": LIMIT}
    assert all(len(counts["shards"]) > 1 for counts in languages.values())
