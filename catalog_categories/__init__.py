"""The catalogue of purchase categories: one TOML file per family, checked before it is used.

`load()` gives the families shipped with the project, or those of another folder.
How to write one: `catalog_categories/README.md`.
"""

from catalog_categories.loader import CatalogueError, Fault, load
from catalog_categories.schema import Entry

__all__ = ["CatalogueError", "Entry", "Fault", "load"]
