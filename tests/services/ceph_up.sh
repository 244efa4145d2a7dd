#!/bin/bash
# Starts a private S3 server for tests: Ceph RADOS Gateway over one monitor and one object daemon,
# all in memory, loopback only.
#   ceph_up.sh DIR RGW_PORT MON_PORT_V2 MON_PORT_V1 OWNER_PID KEY SECRET
# Its three daemons stop, by their own process ids, and DIR goes, when OWNER_PID is gone.
set -euo pipefail
dir=$1 rgw=$2 mon2=$3 mon1=$4 owner=$5 key=$6 secret=$7
ulimit -c 0
mkdir -p "$dir"/{mon,osd,rgw,run,log}
cd "$dir"
cluster=$(cat /proc/sys/kernel/random/uuid)
disk=$(cat /proc/sys/kernel/random/uuid)
conf=$dir/ceph.conf
export CEPH_CONF=$conf

# Before any daemon: neither a failure below nor a killed test run leaves a server behind.
ours() { tr '\0' '\n' <"/proc/$1/environ" 2>/dev/null | grep -qx "CEPH_CONF=$conf"; }
stop() { for file in "$dir"/run/*.pid; do ours "$(cat "$file")" && kill "$1" "$(cat "$file")"; done; }
(
    while [ -d "/proc/$owner" ]; do sleep 1; done
    stop -TERM || true
    sleep 2
    stop -KILL || true
    rm -rf "$dir"
) </dev/null >/dev/null 2>&1 &

cat >"$conf" <<CONF
[global]
fsid = $cluster
mon initial members = a
mon host = [v2:127.0.0.1:$mon2,v1:127.0.0.1:$mon1]
public addr = 127.0.0.1
cluster addr = 127.0.0.1
ms bind ipv6 = false
auth cluster required = none
auth service required = none
auth client required = none
ms mon client mode = crc
ms client mode = crc
ms cluster mode = crc
ms service mode = crc
ms mon cluster mode = crc
ms mon service mode = crc
run dir = $dir/run
pid file = $dir/run/\$name.pid
admin socket = $dir/run/\$name.\$pid.asok
log file = $dir/log/\$name.log
crash dir = $dir/log
debug none = 0
mon data = $dir/mon
mon data avail crit = 1
mon allow pool size one = true
mon max pg per osd = 2000
mon osd max creating pgs = 1000
paxos propose interval = 0.02
paxos min wait = 0.01
osd data = $dir/osd
osd objectstore = memstore
memstore device bytes = 2147483648
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 4
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
osd memory target = 939524096
rgw data = $dir/rgw
rgw frontends = beast endpoint=127.0.0.1:$rgw tcp_nodelay=1
rgw thread pool size = 32
rgw dns name = localhost
rgw enable usage log = false
rgw enable quota threads = false
CONF

# Two addresses of one monitor: `--add` knows one, `--addv` both.
monmaptool --create --add a "127.0.0.1:$mon2" --fsid "$cluster" --clobber monmap >/dev/null
monmaptool --rm a monmap >/dev/null
monmaptool --addv a "[v2:127.0.0.1:$mon2,v1:127.0.0.1:$mon1]" monmap >/dev/null
ceph-mon --mkfs -i a --monmap monmap
ceph-mon -i a

ceph >/dev/null 2>&1 <<ORDERS
osd new $disk
osd crush add osd.0 1.0 root=default host=h0
ORDERS
ceph-osd -i 0 --mkfs --osd-uuid "$disk" 2>/dev/null
ceph-osd -i 0 2>/dev/null
pools=".rgw.root default.rgw.log default.rgw.control default.rgw.meta
default.rgw.buckets.index default.rgw.buckets.data default.rgw.buckets.non-ec"
{
    for pool in $pools; do echo "osd pool create $pool 4 4"; done
    for pool in $pools; do echo "osd pool application enable $pool rgw"; done
} | ceph >/dev/null 2>&1
radosgw -n client.rgw
radosgw-admin -n client.rgw user create --uid=sad --display-name=sad \
    --access-key="$key" --secret-key="$secret" >/dev/null

for _ in $(seq 200); do
    (exec 3<>"/dev/tcp/127.0.0.1/$rgw") 2>/dev/null && exit 0
    sleep 0.05
done
echo "radosgw does not answer on port $rgw; see $dir/log" >&2
exit 1
