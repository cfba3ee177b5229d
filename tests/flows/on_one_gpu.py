"""The flows as they are deployed, on a machine that seems to have one GPU; no model runs on it."""

from __future__ import annotations

from crosslabel.flows.build_corpus import build_corpus
from crosslabel.flows.finetune import finetune
from crosslabel.pipeline.run import gpus

__all__ = ["build_corpus", "finetune"]

gpus.visible_gpus = lambda: ["seeming"]
