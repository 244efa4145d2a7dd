#!/usr/bin/env bash
# A private PostgreSQL cluster with durable commits, on a socket only: pg_durable.sh FOLDER
set -euo pipefail
folder=$1
bin=$(pg_config --bindir 2>/dev/null || dirname "$(ls /usr/lib/postgresql/*/bin/initdb | tail -1)")
[ -x "$bin/initdb" ] || bin=$(dirname "$(ls /usr/lib/postgresql/*/bin/initdb | tail -1)")
mkdir -p "$folder/sock"
if [ "$(id -u)" = 0 ]; then
  chown -R postgres "$folder"
  as=(setpriv --reuid=postgres --regid=postgres --clear-groups env HOME="$folder")
else
  as=(env)
fi
cd "$folder"
"${as[@]}" "$bin/initdb" -D "$folder/data" -U postgres --auth=trust -E UTF8 --locale=C.UTF-8 >/dev/null
"${as[@]}" "$bin/pg_ctl" -D "$folder/data" -l "$folder/log" -w \
  -o "-k $folder/sock -h '' -c shared_buffers=256MB" start >/dev/null
