"""A tiny XLM-R for tests that need any encoder: 0.5 MB, random, with a tokenizer of its own.

Equal words get similar states, so that it links names and numbers; it links nothing else.

It is made once for all processes of a test session, in a folder that the first of them makes and
removes.
"""

from __future__ import annotations

import atexit
import fcntl
import json
import math
import os
import re
import shutil
import tempfile
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

from crosslabel.pipeline.storage.shipped import SAMPLES

NAME = "tiny-xlmr"
LAYER = 2
SHARED = "CROSSLABEL_TEST_MODELS"
"""Name of the variable with the folder that the processes of a session share."""
TOKENIZER = ("tokenizer.json", "tokenizer_config.json")

_SPECIAL = ("<s>", "<pad>", "</s>", "<unk>")
_PIECES, _LONGEST = 2000, 8
_SAMPLES = ("ner.en-de.jsonl", "ner.en-es.jsonl", "ner.de.jsonl")
_OTHER_SCRIPTS = (
    "安娜·凯勒从汉堡搬到里斯本，现在她在那里的大学工作。", "アンナは里斯本へ引っ越した。",
    "انتقلت آنا كيلر من هامبورغ إلى لشبونة.", "Анна Келлер переехала из Гамбурга в Лиссабон.",
    "Η Άννα μετακόμισε στη Λισαβόνα.", "अन्ना हैम्बर्ग से लिस्बन चली गई।", "안나는 리스본으로 이사했다.",
)


@cache
def tiny_encoder() -> Path:
    """The folder of the encoder, which the first call of a session makes."""
    folder = shared_folder() / NAME
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.is_dir():
            made = Path(tempfile.mkdtemp(dir=folder.parent))
            make_encoder(made)
            (made / "model.json").write_text(json.dumps({
                "name": NAME, "kind": "encoder", "family": "xlm-roberta", "layer": LAYER,
                "licence": "Apache-2.0",
            }), "utf-8")
            made.rename(folder)
    return folder


def shared_folder() -> Path:
    """The folder that all processes of a session share until the one that made it ends."""
    if SHARED not in os.environ:
        os.environ[SHARED] = tempfile.mkdtemp(prefix="crosslabel-tests-")
        atexit.register(_remove, os.environ[SHARED], os.getpid())
    return Path(os.environ[SHARED])


def _remove(folder: str, maker: int) -> None:
    if os.getpid() == maker:  # not a fork of it
        shutil.rmtree(folder, ignore_errors=True)


def copy_tokenizer(folder: Path) -> int:
    """Put the encoder's tokenizer into a folder; gives the number of its pieces."""
    for name in TOKENIZER:
        shutil.copy(tiny_encoder() / name, folder)
    config = json.loads((tiny_encoder() / "config.json").read_text("utf-8"))
    return int(config["vocab_size"])


def make_encoder(folder: Path, *, tokens: int = 512) -> None:
    """Write the checkpoint, always the same; it reads so many tokens, special ones included."""
    import torch
    from transformers import XLMRobertaConfig, XLMRobertaModel

    vocabulary = _write_tokenizer(folder, tokens)
    torch.manual_seed(21)
    model = XLMRobertaModel(XLMRobertaConfig(
        vocab_size=vocabulary, hidden_size=32, num_hidden_layers=4, num_attention_heads=4,
        intermediate_size=64, max_position_embeddings=tokens + 2, type_vocab_size=1,
        pad_token_id=1, bos_token_id=0, eos_token_id=2, initializer_range=0.2,
    ), add_pooling_layer=False)
    torch.nn.init.normal_(model.embeddings.word_embeddings.weight)
    model.save_pretrained(folder)


def _write_tokenizer(folder: Path, tokens: int) -> int:
    """Write the fast tokenizer; gives the number of its pieces.

    Special tokens are numbered as in XLM-R, with ``<mask>`` last.
    """
    from tokenizers import AddedToken, Tokenizer, models, normalizers, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    pieces = [*((name, 0.0) for name in _SPECIAL), *_pieces(), ("<mask>", 0.0)]
    tokenizer = Tokenizer(models.Unigram(pieces, unk_id=3))
    tokenizer.normalizer = normalizers.NFKC()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace()])
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>",
        special_tokens=[("<s>", 0), ("</s>", 2)])
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, model_max_length=tokens, bos_token="<s>", cls_token="<s>",
        eos_token="</s>", sep_token="</s>", pad_token="<pad>", unk_token="<unk>",
        mask_token=AddedToken("<mask>", lstrip=True),
    ).save_pretrained(folder)
    return len(pieces)


def _pieces() -> list[tuple[str, float]]:
    """The letters and the most useful parts of words of the samples, with log probabilities."""
    words = Counter(re.findall(r"▁?\w+|▁?[^\w▁]", "".join(
        f"▁{word}" for text in (*_sample_texts(), *_OTHER_SCRIPTS) for word in text.split())))
    parts: Counter[str] = Counter()
    for word, count in words.items():
        for start in range(len(word)):
            for end in range(start + 1, min(len(word), start + _LONGEST) + 1):
                parts[word[start:end]] += count
    letters = sorted(part for part in parts if len(part) == 1)
    longer = sorted((part for part in parts if len(part) > 1),
                    key=lambda part: (-parts[part] * (len(part) - 1), part))
    total = parts.total()
    return [(part, math.log(parts[part] / total))
            for part in (*letters, *longer[:_PIECES - len(letters)])]


def _sample_texts() -> list[str]:
    rows: list[dict[str, Any]] = [
        json.loads(line) for name in _SAMPLES
        for line in (SAMPLES / name).read_text("utf-8").splitlines()]
    return [side["text"] for row in rows for side in (row, row.get("source"), row.get("target"))
            if side and "text" in side]
