"""Translation speed beside the bare engine and beside transformers."""
