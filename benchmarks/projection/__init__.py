"""Projection on gold data: methods, rules, sources of evidence, speed."""
