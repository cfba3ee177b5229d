"""Models on disk and on the hub: found, described, converted, their tokens and languages."""
