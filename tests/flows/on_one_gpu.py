"""The flows as they are deployed, on a machine that seems to have one GPU; no model runs on it."""

from __future__ import annotations

from flows.build_corpus import build_corpus
from flows.finetune import finetune
from pipeline import gpus

__all__ = ["build_corpus", "finetune"]

gpus.visible_gpus = lambda: ["seeming"]
