#!/bin/sh
# Builds .venv from the locked requirements. Needs Python >= 3.11 and nothing else.
set -eu
cd "$(dirname "$0")/.."

python=""
for candidate in "${PYTHON:-python3}" python3.14 python3.13 python3.12 python3.11; do
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        python=$candidate
        break
    fi
done
if [ -z "$python" ]; then
    echo "Attune needs Python 3.11 or newer; none was found as python3 or python3.11 to python3.14." >&2
    echo "Set PYTHON to its path: make install PYTHON=/path/to/python3" >&2
    exit 1
fi

# A Python that went away with an upgrade leaves an environment that cannot start.
if [ -e .venv ] && ! .venv/bin/python -c '' 2>/dev/null; then
    rm -rf .venv
fi

uv=$(command -v uv || echo .venv/bootstrap/bin/uv)
if ! "$uv" --version >/dev/null 2>&1; then
    echo "Getting uv"
    if ! "$python" -m venv --clear .venv/bootstrap; then
        echo "$python has no venv module. On Debian and Ubuntu: apt install python3-venv" >&2
        exit 1
    fi
    .venv/bootstrap/bin/python -m pip install --quiet --no-cache-dir --disable-pip-version-check \
        --require-hashes --requirement requirements/bootstrap.txt
fi

export UV_PYTHON_DOWNLOADS=never
if [ -z "${UV_CACHE_DIR:-}${XDG_CACHE_HOME:-}" ] && ! { [ -n "${HOME:-}" ] && [ -d "$HOME" ] && [ -w "$HOME" ]; }; then
    export UV_CACHE_DIR="$PWD/.venv/cache"
fi

echo "Installing the locked requirements"
if [ ! -x .venv/bin/python ]; then
    "$uv" venv --quiet --allow-existing --python "$("$python" -c 'import sys; print(sys.executable)')" .venv
fi
"$uv" pip sync --quiet --python .venv --require-hashes requirements/dev.txt
"$uv" pip install --quiet --python .venv --no-deps --build-constraints requirements/bootstrap.txt --editable .
