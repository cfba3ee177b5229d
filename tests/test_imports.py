"""What importing a room brings along: slow libraries are imported where they are used."""

from __future__ import annotations

import importlib.util
import json
import pkgutil
import subprocess
import sys

import pytest


def _modules(room: str) -> list[str]:
    spec = importlib.util.find_spec(room)
    assert spec and spec.submodule_search_locations
    found = pkgutil.walk_packages(spec.submodule_search_locations, f"{room}.")
    return [room, *(module.name for module in found)]


def _imported_by(*modules: str) -> set[str]:
    """Modules in a fresh interpreter after these imports."""
    code = (f"import json, sys, {', '.join(modules)}\n"
            "print(json.dumps(list(sys.modules)))")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_no_module_of_projection_or_pipeline_imports_prefect() -> None:
    modules = *_modules("crosslabel.projection"), *_modules("crosslabel.pipeline")
    assert "prefect" not in _imported_by(*modules)


@pytest.mark.parametrize("package", ["crosslabel", "crosslabel.projection", "crosslabel.pipeline",
                                     "crosslabel.finetune", "crosslabel.flows"])
def test_importing_a_package_and_listing_its_names_brings_no_torch(package: str) -> None:
    code = (f"import json, sys, {package}\n"
            f"[getattr({package}, name) for name in dir({package})]\n"
            "print(json.dumps(sorted(sys.modules)))")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(json.loads(done.stdout.splitlines()[-1]))
    assert package in loaded
    assert not loaded & {"torch", "transformers", "prefect", "spacy", "datasets"}


def test_links_of_simalign_are_what_needs_torch() -> None:
    """Else the tests here would not notice that torch had come along."""
    assert "torch" in _imported_by("crosslabel.projection.links.mutual")


def test_softmax_links_of_a_converted_encoder_need_no_torch() -> None:
    """So that a build of the cascade holds neither library in memory."""
    imported = _imported_by("crosslabel.projection.links.converted",
                            "crosslabel.projection.links.embedding")
    assert "tokenizers" not in imported and not imported & {"torch", "transformers"}


def test_no_module_of_pipeline_or_flows_imports_torch() -> None:
    imported = _imported_by(*_modules("crosslabel.pipeline"), *_modules("crosslabel.flows"))
    assert not imported & {"torch", "transformers"}


def test_finetune_imports_torch_in_model_and_training_alone() -> None:
    heavy = ("crosslabel.finetune.model", "crosslabel.finetune.training")
    light = [name for name in _modules("crosslabel.finetune") if not name.startswith(heavy)]
    assert light and not _imported_by(*light) & {"torch", "transformers", "prefect"}


def test_commands_import_prefect_only_when_a_flow_runs() -> None:
    imported = _imported_by("crosslabel.cli.main", "crosslabel.cli.commands.flow")
    assert not imported & {"prefect", "crosslabel.flows", "torch"}
