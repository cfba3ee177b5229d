"""Real signals at random moments of every kind of run: none hangs, loses a unit or does one twice.

After each run that was stopped, the work is finished without a signal, and every byte is that of a
run that nobody stopped. The short form is ``tests/pipeline/run/test_signals.py``.
"""

from __future__ import annotations

import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from itertools import count
from pathlib import Path

import pytest

from crosslabel.finetune.features.featurize import featurize
from crosslabel.finetune.features.options import feature_options
from crosslabel.finetune.recipe import FinetuneRecipe
from crosslabel.finetune.run import finetune
from crosslabel.pipeline.build import build
from crosslabel.pipeline.recipe.file import load_as
from crosslabel.pipeline.storage.shipped import MODELS, SAMPLES
from tests.finetune.inference.tiny_models import IOB, TEXTS, tiny_model, write_texts
from tests.flows.tiny_finetune import tiny_finetune
from tests.long.results import record
from tests.pipeline.corpus_builds import small_recipe
from tests.pipeline.signalled import CHANGES, Outcome, Reference, figures, finished
from tests.pipeline.signalled_commands import (
    HANG_SECONDS,
    PRESS,
    Command,
    a_moment,
    build_words,
    many_pairs,
    outcome_of,
    signalled_in_one_process,
)
from tests.tiny_encoder import tiny_encoder

IN_ONE_PROCESS, BUILDS, SHARED, FLOWS, FINETUNINGS, PRESSED_TWICE = 200, 60, 30, 15, 15, 6
ROWS = 12
NUMBERS = (signal.SIGINT, signal.SIGTERM)
EPOCHS = "training.epochs=40"
MOMENTS = 6


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Reference:
    return Reference.built(tmp_path_factory.mktemp("reference"), ROWS, CHANGES)


def _seconds(words: list[str], out: Path, option: str = "--out", **environment: str) -> float:
    """How long a command takes without a signal."""
    started = time.monotonic()
    run = Command([*words, option, str(out)], **environment)
    run.wait()
    assert run.code == 0, run.errors
    return time.monotonic() - started


def _signalled(
    words: list[str], out: Path, number: signal.Signals, delay: float,
    stage: Callable[[Path], str], group: bool = False, **environment: str,
) -> Outcome | None:
    """The outcome of a command that got a signal; ``None`` if it had ended before."""
    run = Command([*words, "--out", str(out)], **environment)
    if run.alive_after(delay):
        where = stage(out)
        if run.signal(number, group=group):
            run.wait()
            return outcome_of(run, number, where)
    run.wait()
    assert run.code == 0, run.errors
    return None


def test_many_signals_in_one_process(tmp_path: Path) -> None:
    outcomes = signalled_in_one_process(tmp_path, "long", IN_ONE_PROCESS)
    assert len(outcomes) == IN_ONE_PROCESS
    record("signals: builds in one process", figures(outcomes))


def test_builds_by_command(reference: Reference, tmp_path: Path) -> None:
    """A build gets up to three signals, each in the run that continues the one before."""
    chosen = random.Random("builds")
    outcomes: list[Outcome] = []
    words = ["-m", "crosslabel", *build_words("build", ROWS, CHANGES)]
    seconds = _seconds(words, tmp_path / "first")
    for folder in count():
        out = tmp_path / f"out-{folder}"
        for number in _numbers(min(len(outcomes) + 3, BUILDS), outcomes):
            outcome = _signalled(words, out, number, a_moment(chosen, seconds), reference.stage)
            outcomes += [outcome] if outcome else []
            if reference.stage(out) == "end":
                break
        finished(out, reference, ROWS, CHANGES)
        if len(outcomes) == BUILDS:
            break
    record("signals: build", figures(outcomes))


def _numbers(runs: int, outcomes: list[Outcome]) -> Iterator[signal.Signals]:
    """Each signal in turn, until so many runs got one."""
    while len(outcomes) < runs:
        yield NUMBERS[len(outcomes) % 2]


def test_processes_that_share_a_build(reference: Reference, tmp_path: Path) -> None:
    """One of two processes gets a signal, or both do."""
    chosen = random.Random("work")
    outcomes: list[Outcome] = []
    words = build_words("work", ROWS, CHANGES)
    seconds = _seconds(["-m", "crosslabel", *words], tmp_path / "first")
    for number in _numbers(SHARED, outcomes):
        folder = tmp_path / f"shared-{len(outcomes)}-{chosen.random()}"
        folder.mkdir()
        out, units = folder / "out", folder / "units"
        command = ["-m", "tests.pipeline.told_command", str(units), *words, "--out", str(out)]
        runs = [Command(command), Command(command)]
        sent: list[tuple[Command, str]] = []
        for run in runs[:chosen.choice((1, 2))]:
            if run.alive_after(a_moment(chosen, 1.3 * seconds)):
                where = reference.stage(out)
                sent += [(run, where)] if run.signal(number) else []
        for run in runs:
            run.wait()
        for run in runs:
            if run not in [own for own, _ in sent]:
                assert run.code == 0, run.errors
        outcomes += [outcome_of(run, number, where) for run, where in sent]
        done = Counter(units.read_text().splitlines()) if units.exists() else Counter[str]()
        finished(out, reference, ROWS, CHANGES, done)
    record("signals: work", figures(outcomes))


def test_builds_as_flows(reference: Reference, tmp_path: Path) -> None:
    """Half of the signals go to all processes of the flow, as a terminal sends them."""
    chosen = random.Random("flows")
    outcomes: list[Outcome] = []
    home = {"PREFECT_HOME": str(tmp_path / "home")}
    words = ["-m", "crosslabel", *build_words("flow build", ROWS, CHANGES)]
    seconds = _seconds(words, tmp_path / "first", **home)
    for number in _numbers(FLOWS, outcomes):
        out = tmp_path / f"out-{len(outcomes)}-{chosen.random()}"
        delay, group = a_moment(chosen, seconds), number == signal.SIGINT and chosen.random() < 0.5
        outcome = _signalled(words, out, number, delay, reference.stage, group, **home)
        outcomes += [outcome] if outcome else []
        finished(out, reference, ROWS, CHANGES)
    record("signals: flow build", figures(outcomes))


def test_fine_tunings(tmp_path: Path) -> None:
    """A run gets up to two signals; the weights in the end are those of a run without any."""
    chosen = random.Random("fine-tunings")
    outcomes: list[Outcome] = []
    recipe = tiny_finetune(tmp_path)
    words = ["-m", "crosslabel", "finetune", str(recipe), "--set", EPOCHS]
    seconds = _seconds(words, tmp_path / "first")
    loaded = load_as(FinetuneRecipe, str(recipe), [EPOCHS])
    finetune(loaded, tmp_path / "reference")
    expected = _weights(tmp_path / "reference")
    assert len(expected) == 2 and _weights(tmp_path / "first") == expected
    for folder in count():
        out = tmp_path / f"out-{folder}"
        for number in _numbers(min(len(outcomes) + 2, FINETUNINGS), outcomes):
            outcome = _signalled(words, out, number, a_moment(chosen, seconds), _finetuning_stage)
            outcomes += [outcome] if outcome else []
            if _finetuning_stage(out) == "end":
                break
        assert finetune(loaded, out) is not None
        assert _weights(out) == expected
        if len(outcomes) == FINETUNINGS:
            break
    record("signals: finetune", figures(outcomes))


def _weights(out: Path) -> dict[str, bytes]:
    return {str(file.relative_to(out)): file.read_bytes()
            for file in sorted(out.glob("*/model/model.safetensors"))}


def _finetuning_stage(out: Path) -> str:
    marks = {"end": "results.json", "evaluation": "student/stage.json",
             "student": "soft/soft.json", "soft labels": "teacher/stage.json",
             "teacher": "teacher/begun.json"}
    for stage, file in marks.items():
        if (out / file).exists():
            return stage
    return "features" if out.exists() else "start-up"


@pytest.mark.parametrize("command", ["build", "work", "finetune"])
def test_a_second_signal_ends_a_run_at_once(
    reference: Reference, tmp_path: Path, command: str
) -> None:
    chosen = random.Random(command)
    recipe = tiny_finetune(tmp_path)
    loaded = load_as(FinetuneRecipe, str(recipe), [EPOCHS])
    longest, pressed, tried = 0.0, 0, 0
    if command == "finetune":
        finetune(loaded, tmp_path / "reference")
    while pressed < PRESSED_TWICE:
        out, tried = tmp_path / f"out-{tried}", tried + 1
        words = (["finetune", str(recipe), "--set", EPOCHS] if command == "finetune"
                 else build_words(command, ROWS, CHANGES))
        number = NUMBERS[pressed % 2]
        run = Command(["-m", "crosslabel", *words, "--out", str(out)])
        began = out / ("teacher" if command == "finetune" else ".work")
        while not began.exists() and run.process.poll() is None:
            time.sleep(0.02)
        run.alive_after(chosen.uniform(0.0, 4.0))
        if run.signal(number):
            end = time.monotonic() + HANG_SECONDS
            while run.told(PRESS) is None and run.process.poll() is None:
                assert time.monotonic() < end, run.errors
                time.sleep(0.002)
            run.alive_after(chosen.uniform(0.0, 0.1))
            if run.process.poll() is None and run.signal(number):
                run.wait()
                assert "Traceback" not in run.errors, run.errors
                if run.code == (130 if number == signal.SIGINT else -number):
                    longest, pressed = max(longest, run.ended - (run.sent or 0.0)), pressed + 1
        with suppress(Exception):
            run.wait()
        assert run.code in (0, 128 + number, -number), run.errors
        if command == "finetune":
            finetune(loaded, out)
            assert _weights(out) == _weights(tmp_path / "reference")
        else:
            finished(out, reference, ROWS, CHANGES)
    record(f"signals: second one, {command}", {
        "runs": pressed, "longest_seconds_to_exit": round(longest, 3)})


OUTPUT = {"translate": "--output", "align": "--output", "project": "--output",
          "evaluate projection": "--json", "models convert": "--output", "featurize": "--out",
          "soften": "--out", "predict": "--output"}


@pytest.fixture(scope="module")
def commands(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """The words of each command, all but its output."""
    folder = tmp_path_factory.mktemp("commands")
    texts, rows = folder / "texts.txt", folder / "rows.jsonl"
    texts.write_text("".join(f"House number {n} is small.\n" for n in range(500)))
    pairs = many_pairs(folder / "pairs.jsonl", 10)
    write_texts(rows, TEXTS * 100)
    model = tiny_model(folder / "tagger", "token", IOB)
    corpus = folder / "corpus"
    build(small_recipe(*CHANGES), corpus, limit=ROWS)
    features = folder / "features"
    featurize(SAMPLES / "ner.en.jsonl", features, str(model),
              feature_options(task="token", labels=IOB, max_length=64))
    return {
        "translate": ["translate", str(texts), "--to", "de"],
        "align": ["align", str(pairs), "--model", str(tiny_encoder())],
        "project": ["project", str(pairs), "--method", "itermax",
                    "--model", str(tiny_encoder())],
        "evaluate projection": ["evaluate", "projection", "--gold", str(pairs),
                                "--method", "itermax", "--model", str(tiny_encoder())],
        "models convert": ["models", "convert", str(MODELS / "mt-en-de-es" / "torch")],
        "featurize": ["featurize", str(corpus), "--task", "token", "--student", str(model),
                      "--max-length", "64"],
        "soften": ["soften", str(features), "--teacher", str(model)],
        "predict": ["predict", str(model), str(rows)],
    }


@pytest.mark.parametrize("name", OUTPUT)
def test_commands_that_are_no_runs_end_at_once(
    commands: Mapping[str, list[str]], tmp_path: Path, name: str
) -> None:
    """One line, code 130 and no file, or the whole work."""
    chosen, words = random.Random(name), commands[name]
    first = tmp_path / "first"
    first.mkdir()
    seconds = _seconds(["-m", "crosslabel", *words], first / "out", option=OUTPUT[name])
    whole = sorted(path.name for path in first.rglob("*"))
    ends: Counter[int] = Counter()
    longest = 0.0
    for moment in range(MOMENTS):
        folder = tmp_path / str(moment)
        folder.mkdir()
        run = Command(["-m", "crosslabel", *words, OUTPUT[name], str(folder / "out")])
        if run.alive_after(a_moment(chosen, seconds)) and run.signal(signal.SIGINT):
            run.wait()
            if run.caught and run.code == 130:
                assert run.errors.splitlines()[-1:] == [
                    "crosslabel: stopped by SIGINT; run it again to go on"], run.errors
                longest = max(longest, run.ended - (run.sent or 0.0))
        run.wait()
        left = sorted(path.name for path in folder.rglob("*"))
        said = f"{name}, code {run.code}: {left}\n{run.errors}"
        assert not [file for file in left if file.endswith(".tmp") or file[0] == "."], said
        if not run.interrupted_start:
            assert run.code in (0, 130, -2) and "Traceback" not in run.errors, said
            assert run.code != -2 or not run.caught or left == whole, said
        assert run.code or left == whole, said
        if not name.startswith(("featurize", "soften")):  # they keep whole shards
            assert left in ([], whole), said
        ends[run.code] += 1
    record(f"signals: {name}", {
        "runs": MOMENTS, "ended with 130": ends[130], "done before": ends[0],
        "longest_seconds_to_exit": round(longest, 3), "left behind": 0})
