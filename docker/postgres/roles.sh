#!/bin/bash
# Once, when the database is made: an owner that migrates, and the application, which owns nothing.
# The application can neither truncate a table, nor disable the triggers that keep past facts as
# they are, nor change the schema.
set -euo pipefail
export SECRETS=${SECRETS:-/run/secrets}

# psql reads the passwords from their files: they are never on a command line.
psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 \
    --username "${POSTGRES_USER:-postgres}" --dbname "$POSTGRES_DB" <<'SQL'
\set owner_password `cat "$SECRETS/database_owner_password"`
\set app_password `cat "$SECRETS/database_password"`
\set database `echo "$POSTGRES_DB"`

CREATE ROLE sad_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE sad_app LOGIN PASSWORD :'app_password';
ALTER DATABASE :"database" OWNER TO sad_owner;
ALTER SCHEMA public OWNER TO sad_owner;
REVOKE ALL ON DATABASE :"database" FROM PUBLIC;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT CONNECT ON DATABASE :"database" TO sad_app;
GRANT USAGE ON SCHEMA public TO sad_app;
ALTER DEFAULT PRIVILEGES FOR ROLE sad_owner IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO sad_app;
ALTER DEFAULT PRIVILEGES FOR ROLE sad_owner IN SCHEMA public
    GRANT USAGE, SELECT ON SEQUENCES TO sad_app;
SQL
