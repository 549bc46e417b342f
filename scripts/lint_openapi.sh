#!/usr/bin/env bash
# Checks the OpenAPI files with Spectral and Redocly, on the system's Node.js or, where there is none, one from a wheel.
set -euo pipefail
cd "$(dirname "$0")/.."

tools=.venv/openapi_lint
files=("$@")
if [ ${#files[@]} -eq 0 ]; then
    files=(openapi/openapi.json openapi/openapi-3.0.json)
fi

# Redocly wants Node.js 22.12 or newer.
suits='const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 22 || (a === 22 && b >= 12) ? 0 : 1)'
if ! command -v npm >/dev/null || ! node -e "$suits" 2>/dev/null; then
    [ -x .venv/node/bin/node ] || echo "Getting Node.js"
    uv=$(command -v uv || echo .venv/bootstrap/bin/uv)
    "$uv" venv --quiet --allow-existing --python .venv/bin/python .venv/node
    "$uv" pip sync --quiet --python .venv/node --require-hashes requirements/node.txt
    PATH="$PWD/.venv/node/bin:$PATH"
fi

if ! cmp -s scripts/openapi_lint/package-lock.json "$tools/node_modules/.installed"; then
    echo "Getting Spectral and Redocly"
    mkdir -p "$tools"
    cp scripts/openapi_lint/package.json scripts/openapi_lint/package-lock.json "$tools"
    (cd "$tools" && npm ci --loglevel=error --no-audit --no-fund --no-update-notifier --ignore-scripts)
    cp scripts/openapi_lint/package-lock.json "$tools/node_modules/.installed"
fi

export REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true
echo "Spectral"
"$tools/node_modules/.bin/spectral" lint --ruleset scripts/openapi_lint/spectral.yaml --fail-severity=warn "${files[@]}"
echo "Redocly"
"$tools/node_modules/.bin/redocly" lint --config scripts/openapi_lint/redocly.yaml "${files[@]}"
