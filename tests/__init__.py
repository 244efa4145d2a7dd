"""The tests mirror the source; `tests/support` holds what they share."""
