#!/bin/bash
# Starts a real clamd on a loopback port, with one local signature: the EICAR test file. Its folder,
# its port, the process to follow: clamd stops when that one is gone.
#   clamd_up.sh FOLDER PORT OWNER_PID [STREAM_MAX_LENGTH]
set -euo pipefail
folder=$1 port=$2 owner=$3 most=${4:-210M}

mkdir -p "$folder/db" "$folder/tmp"
# name:any type:anywhere:the EICAR test file's first bytes in hexadecimal; nothing is downloaded.
printf 'Test.EICAR:0:*:%s\n' "$(printf 'X5O!P%%@AP[4\\PZX54(P^)7CC)7}$EICAR' | od -An -tx1 | tr -d ' \n')" \
    >"$folder/db/local.ndb"
cat >"$folder/clamd.conf" <<CONF
Foreground yes
DatabaseDirectory $folder/db
TemporaryDirectory $folder/tmp
TCPSocket $port
TCPAddr 127.0.0.1
StreamMaxLength $most
MaxScanSize 400M
MaxFileSize 400M
SelfCheck 0
ConcurrentDatabaseReload no
CONF
[ "$(id -u)" = 0 ] && echo "User root" >>"$folder/clamd.conf"

"$(command -v clamd || echo /usr/sbin/clamd)" --config-file="$folder/clamd.conf" \
    >"$folder/clamd.log" 2>&1 </dev/null &
clamd=$!
# Apart from this script, so that whoever started it may read its output to the end.
(while kill -0 "$owner" 2>/dev/null && kill -0 "$clamd" 2>/dev/null; do sleep 1; done
    kill "$clamd" 2>/dev/null || true
    rm -rf "$folder") >/dev/null 2>&1 </dev/null &
for _ in $(seq 100); do
    if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then exit 0; fi
    kill -0 "$clamd" 2>/dev/null || { cat "$folder/clamd.log" >&2; exit 1; }
    sleep 0.1
done
echo "clamd did not answer in 10 seconds" >&2
exit 1
