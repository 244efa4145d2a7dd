"""Scoring as pure functions: lawful criteria, formulas, ranking. Before launch and after opening."""
