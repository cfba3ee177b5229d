"""The FILTER model over stock XLM-R (Fang et al., 2020): encoder, heads, losses, loading."""
