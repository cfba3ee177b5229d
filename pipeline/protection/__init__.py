"""Find what is not translated in a text: addresses, placeholders, code, formulas, tags, emoji."""
