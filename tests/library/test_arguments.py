"""Every argument of every public call: a wrong one is one line that names it and what it takes."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import crosslabel as cl
from crosslabel.library.arguments import KINDS
from crosslabel.library.pairs import Projected
from tests.tiny_encoder import tiny_encoder

WRONG = (None, True, -1, 0, 1.5, float("nan"), "", "wrong", b"wrong", [], [5], ["wrong"], {},
         {"wrong": 5}, {5: "wrong"}, object(), pd.DataFrame({"text": ["Anna"]}))
"""Values of all types, for arguments of all types; what an argument takes is left out of them."""

TAKEN: dict[str, Callable[[Any], bool]] = {
    "text": lambda value: isinstance(value, str),
    "texts": lambda value: value in ([], ["wrong"]),
    "flag": lambda value: value is True,
    "whole from 0": lambda value: value == 0,
    "share": lambda value: value == 0,
    "positive": lambda value: value == 1.5,
    "place": lambda value: value == "wrong",
    "places": lambda value: value in ([], ["wrong"]),
    "one or more places": lambda value: value in ("wrong", ["wrong"]),
    "mapping": lambda value: isinstance(value, dict),
    "changes": lambda value: value in (None, [], ["wrong"]) or isinstance(value, dict),
    "recipe": lambda value: value == "wrong" or isinstance(value, dict),
    "columns": lambda value: value in ({}, {"wrong": 5}),  # numbers of columns, for words in lines
    "empty list": lambda value: value == [],
    "numbers": lambda value: value in ([], [5]),
    "share above 0": lambda value: False,
    "progress": lambda value: value is None or value is True,
    "text or words": lambda value: isinstance(value, str) or value in ([], ["wrong"]),
    "rows": lambda value: isinstance(value, pd.DataFrame) or value in ("wrong", [], ["wrong"]),
    "list or place": lambda value: value in ("wrong", []),
    "spans": lambda value: value in (None, []),
    "data": lambda value: True,  # the recipe names what is wrong
    "nothing": lambda value: False,
}
"""For each kind of argument, whether a value is not wrong at all."""

CALLS = [
    "align", "build", "build_flow", "fine_tune", "fine_tune_flow", "load_recipe",
    "open_corpus", "pair", "projection_scores", "read", "work", "translate", "results",
    "translate_file", "project", "project_file", "predict", "predict_file", "soften",
    "featurize", "Translator.from_pretrained", "Projector.from_pretrained",
    "Student.from_pretrained", "cache.prune", "cache.usage", "cache.verify",
    "evaluate.combine", "evaluate.projection", "evaluate.task", "models.check",
    "models.convert", "models.tune_markers",
]
KIND_OF = {
    "text": "address config format id links_key markers method quantization revision split text",
    "texts": "labels methods protect",
    "flag": "bf16 dry_run evaluation fresh gpus repair",
    "whole from 0": "gap layer seed stride",
    "share": "plain precision",
    "positive": "learning_rate minutes",
    "place": "bitext file folder gold input labels_from links model out output path picture "
             "student translations",
    "places": "bitexts predictions",
    "one or more places": "features",
    "mapping": "rules",
    "changes": "changes",
    "recipe": "recipe",
    "columns": "columns",
    "empty list": "targets pairs",
    "numbers": "weights",
    "share above 0": "mask_above",
    "progress": "progress",
    "text or words": "source_text target_text",
    "data": "data",
    "nothing": "at_once batch_tokens beam by device lang limit max_characters max_length nested on "
               "on_lost_span samples source steps stop target task workers",
    "spans": "spans",
}
KINDS_HERE = {name: kind for kind, names in KIND_OF.items() for name in names.split()}
OWN_KINDS = {
    ("build", "source"): "rows", ("pair", "gold"): "spans", ("predict", "texts"): "rows",
    ("projection_scores", "gold"): "list or place",
    ("projection_scores", "predicted"): "list or place",
    ("Student.from_pretrained", "model"): "one or more places", ("featurize", "input"): "rows",
    ("translate", "texts"): "texts", ("results", "texts"): "texts",
    ("read", "path"): "one or more places",
    ("project_file", "pairs"): "place", ("evaluate.projection", "gold"): "place",
    ("evaluate.task", "gold"): "place",
}
"""Arguments that take something else in one call than in others."""


def calls(folder: Path) -> dict[str, Callable[..., Any]]:
    """All public calls but those that take nothing."""
    mt = cl.Translator.from_pretrained("mt-en-de-es")
    projector = cl.Projector.from_pretrained("itermax", model=str(tiny_encoder()))
    (folder / "model").mkdir()
    student = cl.Student.from_pretrained(folder / "model")
    methods: list[Any] = [mt.translate, mt.results, mt.translate_file, projector.project,
                          projector.project_file, student.predict, student.predict_file,
                          student.soften, cl.Student.featurize]
    alternative = [cl.Translator.from_pretrained, cl.Projector.from_pretrained,
                   cl.Student.from_pretrained]
    functions = [cl.align, cl.build, cl.build_flow, cl.fine_tune, cl.fine_tune_flow,
                 cl.load_recipe, cl.open_corpus, cl.pair, cl.projection_scores, cl.read, cl.work]
    modules = {"cache": ("prune", "usage", "verify"),
               "evaluate": ("combine", "projection", "task"),
               "models": ("check", "convert", "tune_markers")}
    return {
        **{call.__name__: call for call in [*functions, *methods]},
        **{call.__qualname__: call for call in alternative},
        **{f"{module}.{name}": getattr(getattr(cl, module), name)
           for module, names in modules.items() for name in names},
    }


@pytest.fixture(scope="module")
def public(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Callable[..., Any]]:
    return calls(tmp_path_factory.mktemp("calls"))


def test_all_public_calls_are_walked(public: dict[str, Callable[..., Any]]) -> None:
    classes = {"Corpus", "Projector", "StopRequest", "Student", "Translator"}
    errors = {"CrosslabelError", "InputError", "NoRowsError", "StoppedError"}
    assert set(public) == set(CALLS)
    walked = {name.partition(".")[0] for name in public}
    assert walked >= set(cl.__all__) - classes - errors - {"__version__", "recipes"}
    for name in ("Student", "Projector", "Translator"):
        methods = {method for method, call in vars(getattr(cl, name)).items()
                   if not method.startswith("_") and not isinstance(call, property)}
        assert {*walked, "from_pretrained"} >= methods
    named = {name for call in public.values() for name in inspect.signature(call).parameters}
    assert named - {"tell"} == {*KINDS_HERE, "predicted", "texts"}
    assert set(KINDS) >= named


def _wrong(call: str, parameter: inspect.Parameter) -> Iterator[Any]:
    """Yield the values that an argument does not take."""
    kind = OWN_KINDS.get((call, parameter.name)) or KINDS_HERE[parameter.name]
    empty = inspect.Parameter.empty
    for value in WRONG:
        may_be_left_out = parameter.default is not empty and value is parameter.default
        if not may_be_left_out and not _takes(kind, value):
            yield value


def _takes(kind: str, value: Any) -> bool:
    is_plain = not isinstance(value, pd.DataFrame)
    return TAKEN[kind](value) if is_plain or kind in ("rows", "data") else False


@pytest.mark.parametrize("name", CALLS)
def test_a_wrong_argument_is_one_line_that_names_it(
    name: str, public: dict[str, Callable[..., Any]], tmp_path: Path
) -> None:
    call = public[name]
    parameters = inspect.signature(call).parameters
    right = {parameter: _right(name, parameter, tmp_path) for parameter, described
             in parameters.items() if described.default is inspect.Parameter.empty}
    tried = 0
    for parameter, described in parameters.items():
        for value in () if parameter == "tell" else _wrong(name, described):
            with pytest.raises(cl.InputError) as refused:
                call(**{**right, parameter: value})
            message = str(refused.value)
            named = rf"(row 0 of )?(the source|{parameter})\b"
            assert re.match(named, message), (value, message)
            assert "give " in message and "\n" not in message and "--" not in message
            assert message.endswith("leave it out") == (
                described.default is None and " leave it out" in message)
            tried += 1
    assert tried > 10


def _right(call: str, name: str, folder: Path) -> Any:
    """Return a value of the right type for an argument that has to be given."""
    pairs = [cl.pair(["Anna"], ["Anna"], source="en", target="de", gold=[])]
    results: list[Projected] = [Projected(pairs[0], ())]
    values = {"recipe": "demo-ner", "path": folder, "pairs": pairs, "gold": pairs,
              "predicted": results, "source": "en", "target": "de", "source_text": "Anna",
              "target_text": "Anna", "texts": ["Anna"], "task": "token", "bitexts": [],
              "targets": [], "predictions": [folder], "features": folder}
    if OWN_KINDS.get((call, name)) == "place":
        return folder
    return values.get(name, folder)


@pytest.mark.parametrize(("call", "message"), [
    (lambda: cl.read("x", labels="PER"), "labels='PER': give a list of labels, such as ['PER', "),
    (lambda: cl.read("x", task="foo"), "task='foo': give one of spans, text, words"),
    (lambda: cl.read("x", max_characters=0), "max_characters=0: give a whole number, at least 1"),
    (lambda: cl.read("x", lang="xx"), "lang='xx': give a language, such as 'en' or 'pt-BR'"),
    (lambda: cl.Projector.from_pretrained(layer="3"), "layer='3': give a whole number, at least 0"),
    (lambda: cl.Projector.from_pretrained(gap=-1), "gap=-1: give a whole number, at least 0"),
    (lambda: cl.Student.from_pretrained("x", batch_tokens="8"), "batch_tokens='8': give a whole"),
    (lambda: cl.build("demo-ner", out=pd.DataFrame()), "out (a DataFrame): give a text or a path"),
    (lambda: cl.build("demo-ner", limit=0), "limit=0: give a whole number, at least 1, or leave"),
    (lambda: cl.load_recipe("demo-ner", ["translation.beam"]), "translation.beam: write key=value"),
    (lambda: cl.Corpus(5), "5: not a place; give a text"),
])
def test_what_newcomers_wrote(call: Callable[[], Any], message: str) -> None:
    with pytest.raises(cl.InputError) as refused:
        call()
    assert str(refused.value).startswith(message)


def test_other_names_of_arguments_are_python_s_own_error() -> None:
    wrong: dict[str, Any] = {"language": "en"}
    with pytest.raises(TypeError, match=r"read\(\) got an unexpected keyword argument 'language'"):
        cl.read("x", **wrong)
    with pytest.raises(TypeError, match=r"read\(\) missing 1 required positional argument"):
        cl.read()  # type: ignore[call-arg]


def test_help_shows_the_signature_of_a_call() -> None:
    assert str(inspect.signature(cl.read)).startswith("(path: 'Place | Sequence[Place]', format: ")
    assert cl.read.__doc__ and cl.read.__doc__.startswith("Read labelled files row by row")
