"""crosslabel: translate labelled corpora and project their span labels onto the translations.

>>> import crosslabel as cl
>>> corpus = cl.build("demo-ner", "out/demo")    # in a notebook it shows itself
>>> corpus["de"].to_pandas()
>>> cl.fine_tune("demo-filter", "out/filter", data=[corpus])

``help(cl.build)`` and so on say more, and so does ``docs/`` in the repository. Every name is
loaded at its first use; nothing here loads torch.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from crosslabel.library import cache, evaluate, models
    from crosslabel.library.alignment import align
    from crosslabel.library.builds import build, work
    from crosslabel.library.corpus import Corpus, open_corpus
    from crosslabel.library.errors import (
        CrosslabelError,
        InputError,
        NoRowsError,
        StoppedError,
    )
    from crosslabel.library.examples import read
    from crosslabel.library.flows import build_flow, fine_tune_flow
    from crosslabel.library.pairs import pair
    from crosslabel.library.projector import Projector
    from crosslabel.library.recipes import load_recipe, recipes
    from crosslabel.library.scores import projection_scores
    from crosslabel.library.stops import StopRequest
    from crosslabel.library.student import Student
    from crosslabel.library.training import fine_tune
    from crosslabel.library.translator import Translator

    __version__: str

__all__ = [
    "Corpus",
    "CrosslabelError",
    "InputError",
    "NoRowsError",
    "Projector",
    "StopRequest",
    "StoppedError",
    "Student",
    "Translator",
    "__version__",
    "align",
    "build",
    "build_flow",
    "cache",
    "evaluate",
    "fine_tune",
    "fine_tune_flow",
    "load_recipe",
    "models",
    "open_corpus",
    "pair",
    "projection_scores",
    "read",
    "recipes",
    "work",
]

_MODULES = ("cache", "evaluate", "models")
_HOMES = {
    "Corpus": "corpus", "open_corpus": "corpus",
    "CrosslabelError": "errors", "InputError": "errors", "NoRowsError": "errors",
    "StoppedError": "errors",
    "Projector": "projector", "align": "alignment", "pair": "pairs",
    "StopRequest": "stops",
    "Student": "student", "fine_tune": "training",
    "Translator": "translator",
    "build": "builds", "work": "builds",
    "build_flow": "flows", "fine_tune_flow": "flows",
    "load_recipe": "recipes", "recipes": "recipes",
    "projection_scores": "scores",
    "read": "examples",
}  # fmt: skip
"""The module of the library that holds each name (PEP 562)."""


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version

        return version("crosslabel")
    if name in _MODULES:
        return import_module(f"crosslabel.library.{name}")
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"crosslabel.library.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*(name for name in globals() if name.startswith("__")), *__all__})
