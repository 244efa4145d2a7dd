"""The database: engine, unit of work, column types, acts done once, migrations."""
