"""Protected parts of texts: what is kept, where it stands, and what it costs."""
