"""Reads files nobody trusts in a child process that can do nothing else.

`python -I -m app.guard KIND`: the file on stdin, JSON on stdout. The child imports the standard
library only, and Pillow for an image; `client` is the parent's side.
"""
