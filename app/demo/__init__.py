"""The demonstration: one SAD lives its whole life, played through the services.

`play` makes it, `people` prints the ways in. The story is told in scenes that follow one clock:
`cast` and `founding` (who, the system, the credits), `joining` (candidatures), `asked` and
`answered` (what is asked and answered, as data), `telling` (the life of one market), `markets`
(which market goes how far).
"""
