"""A schema as a set of lines, so that two databases can be compared whole.

`alembic check` sees neither CHECKs, nor partial indexes, nor triggers: the databases' own
catalogues do.
"""

import re

from sqlalchemy import Connection

_POSTGRESQL = (
    """SELECT 'column ' || c.relname || '.' || a.attname || ' '
          || format_type(a.atttypid, a.atttypmod)
          || CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END
          || coalesce(' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid), '')
       FROM pg_attribute a
       JOIN pg_class c ON c.oid = a.attrelid AND c.relkind = 'r'
       LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
       WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relnamespace = 'public'::regnamespace""",
    """SELECT 'constraint ' || c.relname || ' ' || o.conname || ' ' || pg_get_constraintdef(o.oid)
       FROM pg_constraint o JOIN pg_class c ON c.oid = o.conrelid
       WHERE o.connamespace = 'public'::regnamespace""",
    """SELECT 'index ' || tablename || ' ' || indexdef FROM pg_indexes
       WHERE schemaname = 'public'""",
    """SELECT 'trigger ' || c.relname || ' ' || pg_get_triggerdef(t.oid)
       FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE NOT t.tgisinternal""",
    """SELECT 'function ' || proname || ' ' || prosrc FROM pg_proc
       WHERE pronamespace = 'public'::regnamespace""",
)
_OF_ALEMBIC = re.compile(r"^\w+ alembic_version\b")


def described(connection: Connection) -> set[str]:
    """Columns, constraints, indexes, triggers and functions, one normalised line each."""
    lines = _sqlite(connection) if connection.dialect.name == "sqlite" else _postgresql(connection)
    return {line for line in lines if not _OF_ALEMBIC.match(line)}


def _postgresql(connection: Connection) -> list[str]:
    return [
        _spaces(line)
        for query in _POSTGRESQL
        for line in connection.exec_driver_sql(query).scalars()
    ]


def _sqlite(connection: Connection) -> list[str]:
    # SQLite keeps the text of each statement; a column added later follows the last one.
    rows = connection.exec_driver_sql(
        "SELECT type, tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL"
    )
    lines = []
    for kind, table, statement in rows:
        if kind == "table":
            inside = statement[statement.index("(") + 1 : statement.rindex(")")]
            lines += [f"table {table} {part}" for part in _parts(_spaces(inside))]
        else:
            lines.append(f"{kind} {table} {_spaces(statement)}")
    return lines


def _parts(inside: str) -> list[str]:
    """The columns and constraints of a table: what commas outside of brackets and texts part."""
    parts, depth, quoted = [""], 0, False
    for letter in inside:
        quoted ^= letter == "'"
        depth += 0 if quoted else (letter == "(") - (letter == ")")
        if letter == "," and depth == 0 and not quoted:
            parts.append("")
        else:
            parts[-1] += letter
    return [part.strip() for part in parts if part.strip()]


def _spaces(text: str) -> str:
    return re.sub(r"\s+", " ", text.replace('"', "")).strip()
