"""The words of a page read again as blocks for a paper."""

from app.rendering.blocks import blocks_of
from app.web.pages import environment


def plain(html: str, level: int = 0) -> list[tuple[str, str]]:
    """(kind, words) of each block; bold between stars."""
    return [
        (one["kind"], "".join(f"*{r['text']}*" if r["strong"] else r["text"] for r in one["runs"]))
        for one in blocks_of(html, level)
    ]


def test_paragraphs_fold_their_spaces_and_keep_their_weight() -> None:
    html = "<p>Votre\n   offre <strong>retenue</strong>,\n<br>pour &lt;b&gt;12&nbsp;€.</p><p> </p>"
    assert plain(html) == [("text", "Votre offre *retenue*, \npour <b>12\u00a0€.")]
    assert plain("<blockquote>#let x = *1* $</blockquote>") == [("quote", "#let x = *1* $")]


def test_titles_never_jump_a_level() -> None:
    html = "<summary>Ligne 1</summary><summary>Ligne 2</summary><h2>Lot</h2><h3>Fin</h3>"
    titles = [(one["level"], one["text"]) for one in blocks_of(html, 1)]
    assert titles == [(2, "Ligne 1"), (2, "Ligne 2"), (2, "Lot"), (3, "Fin")]


def test_lists_and_facts() -> None:
    (items, rows) = blocks_of(
        "<ol><li>Un</li><li>Deux <strong>mots</strong></li></ol>"
        "<dl><div><dt>Lieu</dt><dd>Brume</dd></div></dl>"
    )
    assert items["ordered"] and [len(item) for item in items["items"]] == [1, 2]
    assert rows == {"kind": "facts", "rows": [["Lieu", "Brume"]]}


def test_the_tables_of_our_macros() -> None:
    source = """{% import "macros/tables.html" as tables %}
    {% call tables.table("Légende", ["Ligne", ("Note", "number")]) %}
    <tr>{{ tables.row_head("L1", note="Chaise") }}{{ tables.cell("Note", "12,50", "number") }}</tr>
    <tr>{{ tables.row_head("L2") }}<td><p>a</p><p>b</p></td></tr>{% endcall %}"""
    (table,) = blocks_of(environment().from_string(source).render())
    assert table["columns"] == [{"text": "Ligne", "right": False}, {"text": "Note", "right": True}]
    rows = [["|".join(r["text"] for r in cell["runs"]) for cell in row] for row in table["rows"]]
    assert rows == [["L1|\n|Chaise", "12,50"], ["L2", "a|\n|b"]]
    name, note = table["rows"][0][0]["runs"][0], table["rows"][0][0]["runs"][2]
    assert (name["strong"], note["note"]) == (True, True)
