#!/bin/sh
# Makes the secrets of an installation, once. Needs openssl or Python.
#
#   deploy/compose/make-secrets.sh [FOLDER]
#
# The folder is closed to everybody else (0700). The files in it are readable (0444), since Compose mounts them as they
# are, and the processes in the containers run as other users than yours.
set -eu

folder=${1:-$(dirname "$0")/secrets}

random_hex() {
    if command -v openssl >/dev/null 2>&1; then
        openssl rand -hex "$1"
    else
        python3 -c 'import secrets, sys; print(secrets.token_hex(int(sys.argv[1])))' "$1"
    fi
}

random_base64() {
    if command -v openssl >/dev/null 2>&1; then
        openssl rand -base64 "$1"
    else
        python3 -c 'import base64, secrets, sys; print(base64.b64encode(secrets.token_bytes(int(sys.argv[1]))).decode())' "$1"
    fi
}

keep() {
    printf '%s\n' "$2" >"$folder/$1"
}

if ! mkdir -m 700 "$folder" 2>/dev/null; then
    echo "$folder exists, or cannot be made. Nothing was changed: new secrets would lock you out of what is there." >&2
    exit 1
fi
trap 'rm -rf "$folder"' EXIT
trap 'exit 1' HUP INT TERM

operator=$(random_hex 24)
migrator=$(random_hex 24)
api=$(random_hex 24)
worker=$(random_hex 24)
backup=$(random_hex 24)
valkey=$(random_hex 24)
root_key=$(random_base64 32)
secret_key=$(random_hex 32)

keep postgres_password "$operator"
keep operator_database_url "postgresql://postgres:$operator@postgres:5432/attune"
keep migrator_database_url "postgresql://attune_migrator:$migrator@postgres:5432/attune"
keep api_database_url "postgresql://attune_api:$api@postgres:5432/attune"
keep worker_database_url "postgresql://attune_worker:$worker@postgres:5432/attune"
keep backup_database_url "postgresql://attune_backup:$backup@postgres:5432/attune"
keep valkey_password "$valkey"
keep redis_url "redis://:$valkey@valkey:6379/0"
keep root_key "first:$root_key"
keep secret_key "$secret_key"
chmod 444 "$folder"/*

trap - EXIT
echo "The secrets are in $folder. Keep a copy of root_key apart from the backups of the database:"
echo "whoever has both can read every text, and without root_key nobody can."
