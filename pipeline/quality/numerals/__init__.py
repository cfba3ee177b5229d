"""Numbers in texts of any language: what they can be worth, and which a translation lost."""
