"""Encoders of word links, run by CTranslate2 where it knows their family, else by torch."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from crosslabel.pipeline.models.converted_encoder import converted_encoder, is_convertible
from crosslabel.pipeline.models.manifest import Model

if TYPE_CHECKING:
    from crosslabel.projection.links.converted import ConvertedEncoder
    from crosslabel.projection.links.encoder import TransformerEncoder


@lru_cache(maxsize=2)
def fast_encoder(
    model: Model, layer: int | None = None, device: str = "auto", threads: int = 0
) -> ConvertedEncoder | TransformerEncoder:
    """Return an encoder in 8-bit numbers if CTranslate2 can run it, else in 32 bits by torch.

    It is loaded once per process, whatever asks for it.

    Args:
        layer: hidden layer; ``None`` for the one that the model names.
        threads: of CTranslate2 on the CPU; 0 takes all cores.

    Raises:
        InputError: the model is broken, has no such layer, or there is no such device, or the
            cache cannot be written.
    """
    if is_convertible(model, layer):
        from crosslabel.projection.links.converted import ConvertedEncoder

        folder = converted_encoder(model, layer)
        return ConvertedEncoder(folder, device=device, threads=threads)
    from crosslabel.projection.links.encoder import TransformerEncoder

    return TransformerEncoder(str(model.path), layer=layer, device=device)
