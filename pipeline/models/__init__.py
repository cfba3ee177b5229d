"""Models on disk and on the hub: search, description, conversion, tokens and languages."""
