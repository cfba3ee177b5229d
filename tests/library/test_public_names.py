"""``import crosslabel as cl``: what it offers, how light it is, and that nothing hides a call."""

from __future__ import annotations

import ast
import importlib
import inspect
import json
import pkgutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import crosslabel as cl

HEAVY = {"torch", "transformers", "prefect", "spacy", "datasets", "ctranslate2", "pandas", "numba"}
CALLS = [name for name in cl.__all__ if callable(getattr(cl, name))]
CLASSES = [name for name in CALLS if isinstance(getattr(cl, name), type)]
MODULES = ("models", "cache", "evaluate")


def _run(code: str) -> Any:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def test_there_are_at_most_25_names_and_all_exist() -> None:
    assert len(cl.__all__) <= 25
    assert len(set(cl.__all__)) == len(cl.__all__)
    assert all(hasattr(cl, name) for name in cl.__all__)
    assert set(cl.__all__) <= set(dir(cl))
    with pytest.raises(AttributeError, match="has no attribute 'finetun'"):
        cl.finetun  # noqa: B018


def test_importing_loads_nothing_and_reading_the_help_loads_no_model_library() -> None:
    loaded = _run("import json, sys, crosslabel\nprint(json.dumps(list(sys.modules)))")
    assert not HEAVY & set(loaded)
    assert not [name for name in loaded if name.startswith("crosslabel.")]
    loaded = _run("import json, pydoc, sys, crosslabel as cl\n"
                  f"pages = [pydoc.render_doc(getattr(cl, name)) for name in {CALLS!r}]\n"
                  "pydoc.render_doc(cl)\n"
                  "print(json.dumps(list(sys.modules)))")
    assert "crosslabel.library.student" in loaded
    assert not HEAVY & set(loaded)


def test_no_submodule_hides_a_call() -> None:
    """Once a submodule is imported, it is the attribute of that name."""
    unchanged = _run(
        "import importlib, json, pkgutil, crosslabel as cl\n"
        "def submodules(path, prefix):\n"
        "    for module in pkgutil.iter_modules(path, prefix):\n"
        "        yield importlib.import_module(module.name)\n"
        "for module in list(submodules(cl.__path__, 'crosslabel.')):\n"
        "    if module.__name__ == 'crosslabel.library':\n"
        "        list(submodules(module.__path__, 'crosslabel.library.'))\n"
        f"print(json.dumps([callable(getattr(cl, name)) for name in {CALLS!r}]\n"
        f"                 + [hasattr(getattr(cl, name), '__path__') for name in {CALLS!r}]))")
    assert unchanged == [True] * len(CALLS) + [False] * len(CALLS)
    submodules = {module.name for module in pkgutil.iter_modules(cl.__path__)}
    assert {"pipeline", "finetune", "flows", "library", "cli"} <= submodules
    assert not submodules & set(cl.__all__)


def _functions() -> list[tuple[str, Any]]:
    """Every public function and method, also of the three modules."""
    found = [(name, getattr(cl, name)) for name in CALLS if name not in CLASSES]
    owners = [getattr(cl, name) for name in CLASSES if not issubclass(getattr(cl, name), Exception)]
    for owner in owners:
        found += [(f"{owner.__name__}.{name}", member) for name, member in vars(owner).items()
                  if not name.startswith("_") and callable(getattr(owner, name))]
    for name in MODULES:
        module = getattr(cl, name)
        found += [(f"{name}.{call}", getattr(module, call)) for call in module.__all__
                  if inspect.isfunction(getattr(module, call))]
    return [(name, getattr(member, "__func__", member)) for name, member in found]


FUNCTIONS = dict(_functions())


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_call_is_documented_and_typed(name: str) -> None:
    function = FUNCTIONS[name]
    assert inspect.getdoc(function), name
    parameters = inspect.signature(function).parameters.values()
    assert all(parameter.annotation is not parameter.empty
               for parameter in parameters if parameter.name not in ("self", "cls")), name
    assert inspect.signature(function).return_annotation is not inspect.Signature.empty, name


@pytest.mark.parametrize("name", FUNCTIONS)
def test_options_are_given_by_name(name: str) -> None:
    """Two things may stand without a name; a pair has three that everybody knows in order."""
    positional = [parameter for parameter in inspect.signature(FUNCTIONS[name]).parameters.values()
                  if parameter.kind is parameter.POSITIONAL_OR_KEYWORD
                  and parameter.name not in ("self", "cls")]
    assert len(positional) <= (3 if name == "pair" else 2), name


def test_errors_are_of_one_family() -> None:
    assert issubclass(cl.InputError, cl.CrosslabelError)
    assert issubclass(cl.StoppedError, cl.CrosslabelError)


def test_a_static_checker_sees_every_name() -> None:
    """What ``__getattr__`` gives is Any to them, so each name is also imported for them."""
    assert (Path(cl.__file__).parent / "py.typed").is_file()
    tree = ast.parse(Path(cl.__file__).read_text(encoding="utf-8"))
    [checked] = [node for node in tree.body
                 if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"]
    imported = {alias.name: node.module for node in checked.body
                if isinstance(node, ast.ImportFrom) for alias in node.names}
    assert set(imported) | {"__version__"} == set(cl.__all__)
    for name, module in imported.items():
        home = importlib.import_module(str(module))
        assert getattr(cl, name) is getattr(home, name)
