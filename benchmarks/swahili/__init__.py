"""A language that no shipped model knows, step by step."""
