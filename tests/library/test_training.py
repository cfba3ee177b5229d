"""Fine-tuning and prediction as calls."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import datasets
import pandas as pd
import pytest

import crosslabel as cl
from crosslabel.pipeline.readers.ids import hashed
from tests.flows.tiny_finetune import tiny_finetune
from tests.pipeline.corpus_builds import TINY_ENCODER

TEXT = {"de": "Anna zog nach Hamburg .", "en": "Omar moved to Oslo ."}


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_finetune(tmp_path_factory.mktemp("tiny"))


@pytest.fixture(scope="module")
def student(tiny: Path) -> cl.Student:
    """Trained in another thread than the main one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(cl.fine_tune, tiny, tiny.parent / "out", progress=False).result()


def test_a_student_has_its_model_and_its_figures(student: cl.Student, tiny: Path) -> None:
    assert student.models == (tiny.parent / "out" / "student" / "model",)
    assert student.results is not None
    assert set(student.results["scores"]["gold"]["languages"]) == {"de", "en"}
    page = student._repr_html_()
    assert "<td style=\"text-align:left\">gold</td>" in page and "student/model" in page
    again = cl.fine_tune(tiny, tiny.parent / "out", progress=False)
    assert again.results == student.results


def test_data_may_be_one_corpus_or_file(tmp_path: Path) -> None:
    for data in (tmp_path / "none", [tmp_path / "none"], str(tmp_path / "none"),
                 {"path": str(tmp_path / "none")}):
        with pytest.raises(cl.InputError, match="/none: no such file or folder"):
            cl.fine_tune("demo-filter", tmp_path / "out", data=data)
    wrong: Any = 5
    with pytest.raises(cl.InputError, match="got 5"):
        cl.fine_tune("demo-filter", tmp_path / "out", data=wrong)


def test_texts_rows_and_files_are_predicted_alike(
    student: cl.Student, tiny: Path, tmp_path: Path
) -> None:
    texts = [TEXT["de"], TEXT["de"].replace("Hamburg", "Oslo")]
    predicted = student.predict(texts, lang="de")
    assert [one.id for one in predicted if one] == [hashed({"text": text}) for text in texts]
    rows = [{"id": "x", "text": texts[0]}, {"id": "y", "text": texts[1]}]
    by_id = student.predict(rows, lang="de")
    assert [one.id for one in by_id if one] == ["x", "y"]
    table = student.predict(datasets.Dataset.from_list(rows), lang="de")
    assert [one.tags for one in table] == [one.tags for one in predicted]  # type: ignore[union-attr]
    file = tmp_path / "rows.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    problems = student.predict_file(file, tmp_path / "out.jsonl", lang="de", progress=False)
    written = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert problems == []
    assert written == [one.as_row() for one in by_id if one]


def test_rows_of_several_languages_may_share_an_id(student: cl.Student) -> None:
    rows = [{"id": "1", "lang": lang, "text": TEXT[lang]} for lang in ("de", "en")]
    rows += [{"id": "2", "lang": "de", "text": 7}, {"id": "2", "lang": "en", "text": TEXT["en"]}]
    with pytest.warns(UserWarning, match="row 3"):
        predicted = student.predict(rows)
    assert [one and (one.lang, one.text) for one in predicted] == [  # type: ignore[union-attr]
        ("de", TEXT["de"]), ("en", TEXT["en"]), None, ("en", TEXT["en"])]


def test_a_row_that_cannot_be_predicted_is_none_and_a_warning_says_why(
    student: cl.Student
) -> None:
    with pytest.warns(UserWarning, match="row 2"):
        predicted = student.predict([{"text": TEXT["de"]}, {"tex": "x"}], lang="de")
    assert predicted[0] is not None and predicted[1] is None


@pytest.mark.parametrize("form", ["list", "frame", "dataset"])
def test_rows_in_memory_stay_aligned_and_unusable_ones_are_named_and_counted(
    student: cl.Student, form: str
) -> None:
    texts = [None, TEXT["de"], "", TEXT["en"], TEXT["de"]]
    rows: Any = {"list": [{"text": text} for text in texts],
                 "frame": pd.DataFrame({"text": texts}),
                 "dataset": datasets.Dataset.from_dict({"text": texts})}[form]
    with pytest.warns(UserWarning) as warned:
        predicted = student.predict(rows, lang="de")
    assert [one and one.text for one in predicted] == [
        None, TEXT["de"], None, TEXT["en"], TEXT["de"]]
    lines = [str(warning.message) for warning in warned if warning.filename == __file__]
    assert [line.partition(": ")[0] for line in lines] == [
        "texts, row 1", "texts, row 3", "2 of 5 rows have no prediction"]


def test_errors_about_rows_in_memory_name_the_argument_and_no_file(
    student: cl.Student, tiny: Path, tmp_path: Path
) -> None:
    rows = [{"id": "1", "lang": "de", "text": TEXT["de"]}]
    with pytest.raises(cl.InputError) as refused:
        student.predict(pd.DataFrame(rows), columns={"text": "sentence"})
    assert str(refused.value).startswith("texts: ") and "crosslabel-" not in str(refused.value)
    with pytest.raises(cl.InputError, match=r"^input: which classes there are is not known; give "):
        cl.Student.featurize(rows, tmp_path, task="token", student=str(tiny.parent / "student"))
    with pytest.raises(cl.InputError, match=r"^texts is a int; give a "):
        student.predict(5)
    with pytest.raises(cl.InputError) as unread:
        cl.build("demo-ner", tmp_path / "out", source=pd.DataFrame({"a": [1]}), progress=False)
    assert str(unread.value).startswith("the source: ") and "rows.arrow" not in str(unread.value)
    tagged = [{"tokens": ["Anna", "left"], "ner_tags": ["B-PER", "O"]}]
    recipe = cl.load_recipe("demo-ner", [TINY_ENCODER])
    built = cl.build(recipe, tmp_path / "out", source=tagged, progress=False)
    assert [line.partition(": ")[0] for line in built.warnings] == ["the source"]


def test_models_are_loaded_once(student: cl.Student, monkeypatch: pytest.MonkeyPatch) -> None:
    student.predict([TEXT["en"]], lang="en")

    def load(*_: object) -> None:
        raise AssertionError("loaded again")

    monkeypatch.setattr("crosslabel.finetune.inference.forward.load_for", load)
    student.predict([TEXT["de"]], lang="de")


def test_features_and_soft_labels_are_made_step_by_step(
    student: cl.Student, tiny: Path, tmp_path: Path
) -> None:
    rows = [json.loads(line) for line in (tiny.parent / "rows.jsonl").read_text().splitlines()]
    made = cl.Student.featurize(
        rows[:3], tmp_path / "features", task="token", student=str(tiny.parent / "student"),
        max_length=32,
        labels_from=tiny.parent / "out" / "features" / "00-rows.jsonl", progress=False)
    assert sum(shard.rows for shards in made.shards.values() for shard in shards) == 3
    soft = student.soften(tmp_path / "features", tmp_path / "soft", progress=False)
    assert sum(shard.rows for shard in soft.shards) == 3
    assert len(student.predict(tmp_path / "features")) == 3


def test_a_corpus_is_not_trained_into(tiny: Path, tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text("{}")
    with pytest.raises(cl.InputError, match="holds a corpus; give another folder"):
        cl.fine_tune(tiny, tmp_path, progress=False)


def test_what_is_no_model_is_refused(student: cl.Student, tiny: Path) -> None:
    with pytest.raises(cl.InputError, match="nowhere: no such folder; give a folder that"):
        cl.Student.from_pretrained("nowhere")
    out = tiny.parent / "out"
    with pytest.raises(cl.InputError, match=f"give the model within it, {out}/student/model$"):
        cl.Student.from_pretrained(out).predict(["Anna"], lang="de")


def test_a_training_is_stopped_after_a_checkpoint_and_goes_on(
    tiny: Path, student: cl.Student, capsys: pytest.CaptureFixture[str]
) -> None:
    stop = cl.StopRequest()
    seen: list[tuple[str, int]] = []

    def progress(stage: str, done: int, total: int) -> None:
        seen.append((stage, done))
        if stage == "teacher" and done == 4:
            threading.Thread(target=stop.ask).start()
            while not stop.asked:
                pass

    out = tiny.parent / "stopped"
    with pytest.raises(cl.StoppedError):
        cl.fine_tune(tiny, out, progress=progress, stop=stop)
    assert seen[-1] == ("teacher", 4)
    assert [path.name for path in (out / "teacher" / "checkpoints").iterdir()] == ["checkpoint-4"]
    cl.fine_tune(tiny, out, progress=lambda *_: None)
    assert "kept from an earlier run: 4 steps of the teacher" in capsys.readouterr().err
    ours, theirs = (folder / "student" / "model" / "model.safetensors"
                    for folder in (out, tiny.parent / "out"))
    assert ours.read_bytes() == theirs.read_bytes()
