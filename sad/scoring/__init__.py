"""Scoring as pure functions: lawful criteria, formulas, ranking; before launch, after opening."""
