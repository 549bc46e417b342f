#!/usr/bin/env bash
# Shows that every locked requirement is to be had as a wheel on the systems and Pythons we support, so that
# `make install` compiles nothing anywhere. Resolves only; installs nothing.
set -uo pipefail
cd "$(dirname "$0")/.."

uv=$(command -v uv || echo .venv/bootstrap/bin/uv)
platforms=(x86_64-manylinux_2_28 aarch64-manylinux_2_28 aarch64-apple-darwin x86_64-apple-darwin)
pythons=(3.11 3.12 3.13 3.14)
target=$(mktemp -d)
trap 'rm -rf "$target"' EXIT
failed=0

printf '%-14s%-26s' 'requirements' 'system'
printf '%-9s' "${pythons[@]}"
printf '\n'
for requirements in runtime dev; do
    for platform in "${platforms[@]}"; do
        printf '%-14s%-26s' "$requirements" "$platform"
        reasons=""
        for python in "${pythons[@]}"; do
            if said=$("$uv" pip install --dry-run --only-binary :all: --quiet \
                --python-platform "$platform" --python-version "$python" \
                --target "$target" --requirement "requirements/$requirements.txt" 2>&1); then
                printf '%-9s' 'wheels'
            else
                printf '%-9s' 'MISSING'
                reasons+="    $python: ${said//$'\n'/ }"$'\n'
                failed=1
            fi
        done
        printf '\n%s' "$reasons"
    done
done
exit "$failed"
