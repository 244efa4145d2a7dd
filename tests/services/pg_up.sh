#!/bin/bash
# Starts a private PostgreSQL cluster for tests: unix socket only, nothing durable.
#   pg_up.sh DIR OWNER_PID    (the cluster stops and DIR goes when OWNER_PID is gone)
# As root it runs as the user `postgres`, since the server refuses root.
set -euo pipefail
dir=$1
owner=$2
bin=$(dirname "$(ls -d /usr/lib/postgresql/*/bin/initdb | sort -V | tail -1)")

if [ "$(id -u)" = 0 ]; then
    install -d -o postgres -g postgres -m 700 "$dir"
    exec setpriv --reuid=postgres --regid=postgres --clear-groups \
        env HOME="$dir" bash "$0" "$dir" "$owner"
fi

mkdir -p -m 700 "$dir/sock"
"$bin/initdb" -D "$dir/data" -U postgres --auth=trust -E UTF8 --locale=C.UTF-8 \
    --no-sync --no-instructions >"$dir/initdb.log"
options="-k $dir/sock -h '' -c max_connections=300 -c shared_buffers=128MB"
options+=" -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
options+=" -c autovacuum=off -c max_wal_size=4GB -c checkpoint_timeout=1h -c jit=off"
"$bin/pg_ctl" -D "$dir/data" -l "$dir/log" -w -o "$options" start >/dev/null

# A test run that is killed must not leave a server behind. `kill -0` answers "not permitted" for
# root's processes, so the owner is looked for in /proc.
(
    while [ -d "/proc/$owner" ]; do sleep 2; done
    "$bin/pg_ctl" -D "$dir/data" -m immediate stop
    rm -rf "$dir/data"
) </dev/null >/dev/null 2>&1 &
