"""A whole build on real text and real translations: what comes out, and what is redone when."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from crosslabel.pipeline.build import build
from crosslabel.pipeline.corpus.reading import pairs, rejects
from crosslabel.pipeline.corpus.tags import UNKNOWN
from crosslabel.projection.errors import InputError
from tests.pipeline.corpus_builds import LIMIT, inodes, results, small_recipe
from tests.tiny_encoder import tiny_encoder

MORE = 96
"""Rows among which some spans are lost."""


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    out = tmp_path_factory.mktemp("corpus") / "out"
    _, manifest, _ = build(small_recipe(), out, limit=LIMIT)
    return out, manifest


def test_rows_in_are_rows_out_plus_rejects(corpus: tuple[Path, dict[str, Any]]) -> None:
    languages = corpus[1]["languages"]
    assert len(languages) == 2
    for counts in languages.values():
        assert counts["rows_in"] == LIMIT == counts["rows"] + counts["rejected"]
        assert len(counts["shards"]) == LIMIT // 6


def test_datasets_opens_the_corpus_and_each_language(
    corpus: tuple[Path, dict[str, Any]]
) -> None:
    from datasets import load_dataset, load_from_disk

    out, manifest = corpus
    whole = load_from_disk(str(out))
    assert len(whole) == sum(c["rows"] for c in manifest["languages"].values())
    assert Counter(whole["lang_a"]) == {
        lang: c["rows"] for lang, c in manifest["languages"].items()
    }
    assert len(load_from_disk(str(out / "de"))) == manifest["languages"]["de"]["rows"]
    by_glob = load_dataset("arrow", data_files=str(out / "*" / "*.arrow"), split="train",
                           cache_dir=str(out.parent / "cache"))
    assert len(by_glob) == len(whole)
    assert whole.features["a_tags"].feature.names[:3] == ["O", "B-PER", "I-PER"]


def test_every_given_span_has_one_projection_that_points_into_the_text(
    corpus: tuple[Path, dict[str, Any]]
) -> None:
    seen = 0
    for pair in pairs(corpus[0]):
        assert [p.span_id for p in pair.projections] == [s.id for s in pair.b.spans]
        for projection in pair.projections:
            if projection.status == "projected":
                seen += 1
                assert all(pair.a.fields["text"][s:e].strip() for s, e in projection.fragments)
            else:
                assert projection.reason
    assert seen > LIMIT


def test_segments_match_the_texts_of_both_sides(corpus: tuple[Path, dict[str, Any]]) -> None:
    found = list(pairs(corpus[0]))
    assert len(found) > LIMIT
    for pair in found:
        a, b = pair.a.fields["text"], pair.b.fields["text"]
        assert "".join(a[slice(*s.a)] for s in pair.segments).replace(" ", "") == a.replace(" ", "")
        assert "".join(b[slice(*s.b)] for s in pair.segments).replace(" ", "") == b.replace(" ", "")


def test_tags_spell_out_the_projected_spans(corpus: tuple[Path, dict[str, Any]]) -> None:
    from datasets import load_from_disk

    dataset = load_from_disk(str(corpus[0]))
    names = dataset.features["a_tags"].feature.names
    assert len(dataset) > LIMIT
    for row in dataset:
        for tokens, tags, side in ((row["a_tokens"], row["a_tags"], row["a"]),
                                   (row["b_tokens"], row["b_tags"], row["b"])):
            assert len(tokens) == len(tags)
            begun = Counter(names[t][2:] for t in tags if t != UNKNOWN and names[t][0] == "B")
            assert begun == Counter(span["label"] for span in side["spans"])


def test_manifest_holds_no_time_host_or_path(corpus: tuple[Path, dict[str, Any]]) -> None:
    text = (corpus[0] / "manifest.json").read_text(encoding="utf-8")
    assert str(corpus[0].parent) not in text
    assert not {"host", "seconds"} & set(re.findall(r'"(\w+)":', text))
    assert json.loads(text) == corpus[1]


def test_two_builds_are_byte_identical(
    corpus: tuple[Path, dict[str, Any]], tmp_path: Path
) -> None:
    build(small_recipe(), tmp_path / "again", limit=LIMIT)
    assert results(tmp_path / "again") == results(corpus[0])


def test_second_run_does_no_work(corpus: tuple[Path, dict[str, Any]]) -> None:
    before = inodes(corpus[0], "**/*.json") | inodes(corpus[0])
    _, _, account = build(small_recipe(), corpus[0], limit=LIMIT)
    assert account.idle
    after = inodes(corpus[0], "**/*.json") | inodes(corpus[0])
    before.pop("run.json"), after.pop("run.json")
    assert after == before


def test_other_machine_settings_redo_nothing(corpus: tuple[Path, dict[str, Any]]) -> None:
    recipe = small_recipe("engine.threads=1", "engine.device=cpu", "engine.batch_tokens=512")
    _, _, account = build(recipe, corpus[0], limit=LIMIT)
    assert account.idle


def test_another_language_leaves_the_others_untouched(
    corpus: tuple[Path, dict[str, Any]], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    build(small_recipe("targets=[de]"), out, limit=LIMIT)
    before = inodes(out)
    _, _, account = build(small_recipe(), out, limit=LIMIT)
    assert {name: stat for name, stat in inodes(out).items() if name in before} == before
    assert account.shards == LIMIT // 6
    assert results(out) == results(corpus[0])


def test_changed_projection_translates_nothing_again(tmp_path: Path) -> None:
    out = tmp_path / "out"
    build(small_recipe("targets=[de]"), out, limit=LIMIT)
    before = inodes(out, ".work/translations/**/*.arrow")
    recipe = small_recipe("targets=[de]", "projection.method=inter")
    _, _, account = build(recipe, out, limit=LIMIT)
    assert account.texts == 0
    assert account.shards == LIMIT // 6
    assert inodes(out, ".work/translations/**/*.arrow") == before
    assert len(list((out / "de").glob("*.arrow"))) == LIMIT // 6


def test_more_rows_translate_only_what_is_new(tmp_path: Path) -> None:
    out = tmp_path / "out"
    recipe = small_recipe("targets=[de]", "projection.method=itermax")
    _, _, first = build(recipe, out, limit=12)
    before = inodes(out, "de/*.arrow")
    _, manifest, second = build(recipe, out, limit=LIMIT)
    assert manifest["languages"]["de"]["rows_in"] == LIMIT
    assert second.hits >= first.texts
    after = inodes(out, "de/*.arrow")
    assert {name: after.get(name) for name in before} == before


def test_lost_spans_can_drop_the_pair(tmp_path: Path) -> None:
    out = tmp_path / "out"
    build(small_recipe("targets=[de]", "quality.numbers=false"), out, limit=MORE)
    lost = {p.b.id for p in pairs(out) if any(x.status != "projected" for x in p.projections)}
    assert 0 < len(lost) < MORE
    build(small_recipe("targets=[de]", "quality.numbers=false", "on_lost_span=drop_pair"), out,
          limit=MORE)
    assert {r.id for r in rejects(out) if r.reasons[0].startswith("lost-span: ")} == lost
    assert not any(x.status != "projected" for p in pairs(out) for x in p.projections)


def test_folder_with_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("years of work")
    with pytest.raises(InputError, match="holds something that is not a crosslabel build"):
        build(small_recipe(), tmp_path, fresh=True)
    assert (tmp_path / "thesis.tex").read_text() == "years of work"


def test_fresh_forgets_earlier_work(tmp_path: Path) -> None:
    out = tmp_path / "out"
    build(small_recipe("targets=[de]"), out, limit=6)
    _, _, account = build(small_recipe("targets=[de]"), out, limit=6, fresh=True)
    assert account.texts and account.shards == 1


def test_bad_rows_are_rejected_with_reasons_and_the_others_go_on(tmp_path: Path) -> None:
    good = {"id": "good", "text": "Anna lives in Berlin.",
            "spans": [{"start": 0, "end": 4, "label": "PER"}]}
    lines = [
        json.dumps(good).encode(),
        b"{not json",
        json.dumps(good | {"id": "outside", "spans": [{"start": 3, "end": 99, "label": "PER"}]})
        .encode(),
        json.dumps(good | {"id": "label", "spans": [{"start": 0, "end": 4, "label": "CAT"}]})
        .encode(),
        json.dumps(good | {"id": "empty", "text": "", "spans": []}).encode(),
        json.dumps(good | {"id": "long", "text": "word " * 10_000, "spans": []}).encode(),
        b'{"id": "bytes", "text": "\xff\xfe"}',
        json.dumps(good | {"id": "french", "lang": "fr", "spans": []}).encode(),
        json.dumps(good | {"id": "sentence", "text": "and on " * 700, "spans": []}).encode(),
        json.dumps(good | {"id": "good2"}).encode(),
    ]
    file = tmp_path / "bad.jsonl"
    file.write_bytes(b"\n".join(lines) + b"\n")
    out = tmp_path / "out"
    _, manifest, _ = build(small_recipe("targets=[de]", f"source.path={file}"), out)
    counts = manifest["languages"]["de"]
    assert counts["rows_in"] == len(lines)
    assert counts["rows"] == 2
    found = {reject.row: reject.reasons[0].split(":")[0] for reject in rejects(out)}
    assert sorted(found) == list(range(2, 10))
    assert found[9] == "over-limit"
    assert found[8] == "other-language"
    assert sum(counts["reject_reasons"].values()) == counts["rejected"] == 8


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("source.path=no-such-file.jsonl", "no-such-file.jsonl: no such file"),
        ("translation.model=no-such-model", "no-such-model: no such model; shipped: "),
        ("projection.model=no-such-model", "no-such-model: no such model; shipped: "),
        (f"translation.model={tiny_encoder()}", "where one of kind 'translation' is needed"),
        ("projection.model=mt-en-de-es", "where one of kind 'encoder' is needed"),
        ("targets=[fr]", "does not translate into 'fr'; it knows: de, es"),
        ("source.lang=it", "does not translate from 'it'; it knows: en"),
    ],
)
def test_what_cannot_work_is_said_before_any_work(
    tmp_path: Path, override: str, message: str
) -> None:
    with pytest.raises(InputError) as error:
        build(small_recipe(override), tmp_path / "out")
    assert message in str(error.value)
    assert "\n" not in str(error.value)
