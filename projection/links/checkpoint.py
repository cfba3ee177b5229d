"""Loading of encoders and tokenizers from transformers checkpoints, without remote code."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from crosslabel.projection.errors import InputError, TransientError, first_line
from crosslabel.projection.halving import out_of_memory

# In these families the last state is the output of the last layer; others normalise it again.
_PLAIN_LAST_STATE = {
    "bert", "camembert", "distilbert", "electra", "marian", "roberta", "xlm", "xlm-roberta",
}
# The tokenizers of these families take words only if a space is added before each.
_SPACE_PREFIXED = {"bart", "deberta", "longformer", "modernbert", "roberta"}
_WAY_OUT = (
    "give a folder with config.json, tokenizer.json and model.safetensors, or a hub name that can "
    "be fetched"
)


def load_tokenizer(name: str, revision: str | None) -> Any:
    """Return the tokenizer of a checkpoint.

    Raises:
        InputError: it is missing, broken, or cannot say which word a sub-word belongs to.
    """
    from transformers import AutoConfig, AutoTokenizer

    with loading(name, "tokenizer"):
        family = AutoConfig.from_pretrained(name, revision=revision).model_type
        options = {"add_prefix_space": True} if family in _SPACE_PREFIXED else {}
        tokenizer = AutoTokenizer.from_pretrained(name, revision=revision, **options)
        if not tokenizer.is_fast:
            raise ValueError("it has no tokenizer.json and cannot be converted to one")
    return tokenizer


def special_tokens(tokenizer: Any) -> tuple[list[int], list[int]]:
    """Return the ids of the special tokens before and after a sentence of words."""
    full = tokenizer(["a"], is_split_into_words=True)["input_ids"]
    bare = tokenizer(["a"], is_split_into_words=True, add_special_tokens=False)["input_ids"]
    before = next(k for k in range(len(full)) if full[k:k + len(bare)] == bare)
    return full[:before], full[before + len(bare):]


def load_encoder(
    name: str, revision: str | None, layer: int | None, default: int | None = None
) -> tuple[Any, int]:
    """Return the encoder of a checkpoint up to ``layer``, in evaluation mode, and that layer.

    Of an encoder-decoder model only the encoder is loaded.

    Args:
        layer: as in ``hidden_states``; ``None`` takes ``default`` or the last layer, whichever is
            lower.

    Raises:
        InputError: the checkpoint is missing or broken, or has no such layer.
    """
    import torch
    from transformers import AutoConfig, AutoModel

    with loading(name, "model"):
        config = AutoConfig.from_pretrained(name, revision=revision)
        depth = config.num_hidden_layers
        if layer is None:
            layer = depth if default is None else min(default, depth)
        if not 0 <= layer <= depth:
            raise InputError(f"{name}: no hidden layer {layer}; the model has 0 to {depth}")
        spare = 0 if config.model_type in _PLAIN_LAST_STATE else 1
        _shorten(config, min(depth, max(1, layer + spare)))  # no hidden states without a layer
        model, info = AutoModel.from_pretrained(
            name, revision=revision, config=config, dtype=torch.float32, output_loading_info=True
        )
        missing = [key for key in info["missing_keys"] if _needed(model, key)]
        if missing:
            raise ValueError(f"the weights lack {missing[0]} and {len(missing) - 1} more")
        if config.is_encoder_decoder:
            model = model.get_encoder()
    return model.eval(), layer


def _shorten(config: Any, layers: int) -> None:
    """Configure an encoder of the given number of layers, and no decoder layers."""
    config.num_hidden_layers = layers
    for key, value in (("encoder_layers", layers), ("decoder_layers", 0),
                       ("num_decoder_layers", 0)):
        if config.is_encoder_decoder and hasattr(config, key):
            setattr(config, key, value)


def _needed(model: Any, key: str) -> bool:
    """Return whether the encoder needs a weight that the checkpoint lacks."""
    module = type(model.get_submodule(key.rpartition(".")[0])).__name__
    return not key.startswith(("pooler.", "decoder.")) and "Sinusoidal" not in module


@contextmanager
def loading(name: str, part: str) -> Iterator[None]:
    """Silence the loader and turn any error in it into a one-line error."""
    from transformers.utils import logging

    verbosity, bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        yield
    except InputError:
        raise
    except Exception as error:  # a broken file surfaces as almost any type
        first = first_line(error)
        if out_of_memory(error):
            raise TransientError(f"{name}: no memory to load its {part} ({first}); free some and "
                                 "run it again") from error
        raise InputError(f"{name}: its {part} cannot be loaded ({first}); {_WAY_OUT}") from error
    finally:
        logging.set_verbosity(verbosity)
        if bars:
            logging.enable_progress_bar()
