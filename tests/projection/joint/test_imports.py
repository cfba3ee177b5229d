"""The joint projection and the statistical aligner work without torch."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

MODULES = ("crosslabel.projection", "crosslabel.projection.joint.projector",
           "crosslabel.projection.joint.fitting", "crosslabel.projection.links.statistical",
           "crosslabel.pipeline.methods.projectors")


def imported_by(module: str) -> dict[str, list[int]]:
    """Top-level packages in a fresh interpreter, and signatures compiled by numba there."""
    code = (f"import json, sys, {module}\n"
            "names = {name.partition('.')[0] for name in sys.modules}\n"
            "compiled = [len(value.signatures) for name, own in list(sys.modules.items())\n"
            "            if name.startswith('crosslabel.projection')\n"
            "            for value in vars(own).values() if hasattr(value, 'signatures')]\n"
            "print(json.dumps({'names': sorted(names), 'compiled': compiled}))")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.parametrize("module", MODULES)
def test_import_brings_no_torch_and_compiles_nothing(module: str) -> None:
    found = imported_by(module)
    assert not {"torch", "transformers"} & set(found["names"])
    assert not any(found["compiled"])


def test_the_statistical_aligner_has_functions_to_compile() -> None:
    assert len(imported_by("crosslabel.projection.links.statistical")["compiled"]) > 3


@pytest.mark.parametrize("module", [
    "crosslabel.projection", "crosslabel.pipeline.methods.projectors",
    "crosslabel.pipeline.methods.link_sources",
])
def test_numba_comes_with_the_aligner_alone(module: str) -> None:
    assert "numba" not in imported_by(module)["names"]
