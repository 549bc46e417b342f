#!/usr/bin/env bash
# Generates the Python client from openapi/openapi.json: into libs/client-python, or into the folder named.
set -euo pipefail
cd "$(dirname "$0")/.."

target=${1:-libs/client-python}
PATH="$PWD/.venv/bin:$PATH" # The generator's hooks call ruff.
made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT

openapi-python-client generate \
    --path openapi/openapi.json \
    --meta uv \
    --config scripts/client_python/config.yaml \
    --custom-template-path scripts/client_python/templates \
    --output-path "$made/client" \
    --fail-on-warning

rm -rf "$target"
mv "$made/client" "$target"
