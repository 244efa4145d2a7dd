#!/bin/sh
# Makes the secrets of docker/compose.yml that are missing, at random; never changes one.
#   docker/make-secrets.sh [FOLDER]     (docker/secrets by default)
set -eu
folder=${1:-$(dirname "$0")/secrets}
umask 077
mkdir -p "$folder"

secret() { # NAME VALUE: kept if already there; readable by the containers' own users
    [ -e "$folder/$1" ] || { printf %s "$2" >"$folder/$1" && chmod 0444 "$folder/$1"; }
}
random() { od -An -N32 -tx1 /dev/urandom | tr -d ' \n'; }
value() { cat "$folder/$1"; }

for name in database_admin_password database_owner_password database_password objects_password; do
    secret "$name" "$(random)"
done
secret objects_user sad
secret database_owner_url "postgresql://sad_owner:$(value database_owner_password)@database:5432/sad"
secret database_url "postgresql://sad_app:$(value database_password)@database:5432/sad"
secret storage_url "s3://$(value objects_user):$(value objects_password)@objects:9000/sad-pieces?secure=0"
secret smtp_url "smtp://mail:1025"
echo "$folder"
