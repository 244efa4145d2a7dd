#!/bin/bash
# Installs, as root, the Debian packages of the programs the tests start; otherwise names the
# missing ones. Never fails: a test that lacks its program says so itself (tests/support/missing.py).
set -uo pipefail

# program:package, one per need; Debian keeps PostgreSQL's programs out of PATH
initdb=$(compgen -G '/usr/lib/postgresql/*/bin/initdb' | tail -1)
needs=(
    "${initdb:-initdb}:postgresql"  # the second database
    chromium:chromium               # browser tests
    radosgw:radosgw                 # a real S3 server
    ceph-osd:ceph-osd
    ceph-mon:ceph-mon
    clamd:clamav-daemon             # a real antivirus
    faketime:faketime               # clocks that jump, in child processes
    pdftotext:poppler-utils         # what a letter says once printed
    openssl:openssl
    setpriv:util-linux
)

missing=()
for need in "${needs[@]}"; do
    command -v "${need%%:*}" >/dev/null 2>&1 || missing+=("${need##*:}")
done
[ ${#missing[@]} = 0 ] && exit 0

if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "Missing here, and only root may install them: ${missing[*]}"
    echo "The tests that need them will be skipped, and counted at the end."
    exit 0
fi

echo "Installing Debian packages: ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
if apt-get update -qq >"$log" 2>&1 &&
    apt-get install -y -qq --no-install-recommends "${missing[@]}" >>"$log" 2>&1; then
    rm -f "$log"
else
    echo "Some packages could not be installed; the end of $log says:"
    tail -5 "$log"
fi
exit 0
