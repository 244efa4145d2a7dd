"""What the database refuses by itself beyond CHECKs: rewriting a past fact (trust.md 3 and 5).

To add an append-only table, add its name to APPEND_ONLY; a column that never changes, to FROZEN;
anything else, to EXTRA. Migrations and tests call `create_triggers` on an open connection.
"""

from sqlalchemy import Connection

APPEND_ONLY = (
    "audit_event",
    "audit_seal",
    "audit_leaf",
    "movement",
    "deposit",
    "late_deposit",
    "candidature_decision",
    "paper",
    "paper_file",
)

FROZEN = {
    "installation": ("kind",),
    "audit_chain": ("chain", "parent", "parent_seq", "organisation"),
    "paper_template": ("kind", "name", "sha256", "object_name", "put_at"),
}

# A movement of money follows the last one of its line and of its envelope: number, instant and
# balances (trust.md 5). Any of these refuses it; both databases read the same words.
BALANCES = """NEW.seq <> 1 + COALESCE((SELECT max(seq) FROM movement m
        WHERE m.organisation_id = NEW.organisation_id
        AND m.funding_line_id = NEW.funding_line_id), 0)
    OR NEW.at < (SELECT at FROM movement m WHERE m.organisation_id = NEW.organisation_id
        AND m.funding_line_id = NEW.funding_line_id ORDER BY seq DESC LIMIT 1)
    OR NEW.line_after <> NEW.line_cents + COALESCE((SELECT line_after FROM movement m
        WHERE m.organisation_id = NEW.organisation_id
        AND m.funding_line_id = NEW.funding_line_id ORDER BY seq DESC LIMIT 1), 0)
    OR (NEW.envelope_id IS NOT NULL AND (NEW.envelope_after IS NULL
        OR NEW.envelope_after <> NEW.envelope_cents + COALESCE((SELECT envelope_after
        FROM movement m WHERE m.organisation_id = NEW.organisation_id
        AND m.envelope_id = NEW.envelope_id ORDER BY seq DESC LIMIT 1), 0)))"""
WRONG_BALANCE = "movement: a balance is the one before, plus the movement"

# Chains only go forward and never go away. A detail leaves only once an event of its own chain
# names it: erasing somebody's data is itself a fact of the journal.
EXTRA = {
    "sqlite": (
        f"""CREATE TRIGGER movement_balance BEFORE INSERT ON movement
        WHEN {BALANCES}
        BEGIN SELECT RAISE(ABORT, '{WRONG_BALANCE}'); END""",
        """CREATE TRIGGER audit_chain_forward BEFORE UPDATE ON audit_chain
        WHEN NEW.seq < OLD.seq OR NEW.sealed < OLD.sealed
        BEGIN SELECT RAISE(ABORT, 'audit_chain only goes forward'); END""",
        """CREATE TRIGGER audit_chain_no_delete BEFORE DELETE ON audit_chain
        BEGIN SELECT RAISE(ABORT, 'audit_chain only goes forward'); END""",
        """CREATE TRIGGER audit_detail_no_update BEFORE UPDATE ON audit_detail
        BEGIN SELECT RAISE(ABORT, 'audit_detail is append-only'); END""",
        """CREATE TRIGGER audit_detail_erased BEFORE DELETE ON audit_detail
        WHEN NOT EXISTS (SELECT 1 FROM audit_event e, json_each(e.body, '$.after.events') j
            WHERE e.chain = OLD.chain AND e.action = 'detail.erased' AND j.value = OLD.seq)
        BEGIN SELECT RAISE(ABORT, 'audit_detail: no event of the chain erases this detail'); END""",
    ),
    "postgresql": (
        f"""CREATE FUNCTION movement_balance() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF {BALANCES}
            THEN RAISE EXCEPTION '{WRONG_BALANCE}'; END IF;
            RETURN NEW;
        END $$""",
        """CREATE TRIGGER movement_balance BEFORE INSERT ON movement
        FOR EACH ROW EXECUTE FUNCTION movement_balance()""",
        """CREATE FUNCTION audit_chain_forward() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'UPDATE' THEN
                IF NEW.seq >= OLD.seq AND NEW.sealed >= OLD.sealed THEN RETURN NEW; END IF;
            END IF;
            RAISE EXCEPTION 'audit_chain only goes forward';
        END $$""",
        """CREATE TRIGGER audit_chain_forward BEFORE UPDATE OR DELETE ON audit_chain
        FOR EACH ROW EXECUTE FUNCTION audit_chain_forward()""",
        """CREATE TRIGGER audit_chain_no_truncate BEFORE TRUNCATE ON audit_chain
        FOR EACH STATEMENT EXECUTE FUNCTION audit_chain_forward()""",
        """CREATE FUNCTION audit_detail_erased() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'DELETE' THEN
                IF EXISTS (SELECT 1 FROM audit_event e
                    WHERE e.chain = OLD.chain AND e.action = 'detail.erased'
                    AND e.body::jsonb -> 'after' -> 'events' @> to_jsonb(OLD.seq))
                THEN RETURN OLD; END IF;
            END IF;
            RAISE EXCEPTION 'audit_detail: no event of the chain erases this detail';
        END $$""",
        """CREATE TRIGGER audit_detail_erased BEFORE UPDATE OR DELETE ON audit_detail
        FOR EACH ROW EXECUTE FUNCTION audit_detail_erased()""",
        """CREATE TRIGGER audit_detail_no_truncate BEFORE TRUNCATE ON audit_detail
        FOR EACH STATEMENT EXECUTE FUNCTION audit_detail_erased()""",
    ),
}

REFUSE = """CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION USING MESSAGE = TG_TABLE_NAME || ': ' || TG_ARGV[0]; END $$"""


def append_only(table: str, dialect: str) -> list[str]:
    """Triggers that refuse UPDATE, DELETE and, on PostgreSQL, TRUNCATE."""
    reason = "append-only"
    if dialect == "sqlite":
        return [
            f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table}"
            f" BEGIN SELECT RAISE(ABORT, '{table}: {reason}'); END"
            for act in ("UPDATE", "DELETE")
        ]
    return [
        f"CREATE TRIGGER {table}_{name} BEFORE {acts} ON {table} FOR EACH {level}"
        f" EXECUTE FUNCTION refuse_change('{reason}')"
        for name, acts, level in (
            ("append_only", "UPDATE OR DELETE", "ROW"),
            ("no_truncate", "TRUNCATE", "STATEMENT"),
        )
    ]


def frozen(table: str, columns: tuple[str, ...], dialect: str) -> list[str]:
    """A trigger that refuses to change these columns of a row, once written."""
    name, reason = f"{table}_frozen", f"{', '.join(columns)} frozen"
    if dialect == "sqlite":
        changed = " OR ".join(f"NEW.{column} IS NOT OLD.{column}" for column in columns)
        act = f"BEGIN SELECT RAISE(ABORT, '{table}: {reason}'); END"
        return [f"CREATE TRIGGER {name} BEFORE UPDATE ON {table} WHEN {changed} {act}"]
    changed = " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in columns)
    act = f"EXECUTE FUNCTION refuse_change('{reason}')"
    return [f"CREATE TRIGGER {name} BEFORE UPDATE ON {table} FOR EACH ROW WHEN ({changed}) {act}"]


def statements(dialect: str) -> list[str]:
    """Every trigger, in order, for `sqlite` or `postgresql`."""
    result = [REFUSE] if dialect == "postgresql" else []
    for table in APPEND_ONLY:
        result += append_only(table, dialect)
    for table, columns in FROZEN.items():
        result += frozen(table, columns, dialect)
    return [*result, *EXTRA[dialect]]


def create_triggers(connection: Connection) -> None:
    """Creates them all, in the caller's transaction; the tables must exist."""
    for statement in statements(connection.dialect.name):
        connection.exec_driver_sql(statement)
