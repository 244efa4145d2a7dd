"""Templates hold together: what a macro writes of the page is given to it."""

import re
from pathlib import Path

TEMPLATES = Path(__file__).parents[2] / "templates"
MACRO = re.compile(r"{%-?\s*macro\b.*?{%-?\s*endmacro", re.DOTALL)
OF_THE_PAGE = re.compile(r"\b(csrf|act_key)\(\)")


def test_a_form_written_by_a_macro_carries_its_token() -> None:
    """A file imported without the page's context writes an empty token: its form is refused."""
    texts = {path: path.read_text(encoding="utf-8") for path in TEMPLATES.rglob("*.html")}
    writers = [
        path.relative_to(TEMPLATES).as_posix()
        for path, text in texts.items()
        if any(OF_THE_PAGE.search(macro) for macro in MACRO.findall(text))
    ]
    assert writers
    alone = [
        f"{path.name}: {found}"
        for name in writers
        for path, text in texts.items()
        for found in re.findall(rf'{{%-?\s*(?:import|from)\s+"{re.escape(name)}".*?%}}', text)
        if "with context" not in found
    ]
    assert not alone, alone
