"""Migrations build the schema, on both databases; a test compares it with the models."""
