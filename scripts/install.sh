#!/bin/sh
# Makes .venv with the tested versions and tfcards in it. PYTHON=... chooses the interpreter.
set -eu
cd "$(dirname "$0")/.."

fits() { "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' 2>/dev/null; }

python=""
for candidate in ${PYTHON:-} python3 python3.12 python3.13 python3.11; do
    if fits "$candidate"; then python=$candidate; break; fi
done
if [ -z "$python" ]; then
    echo "tfcards needs Python 3.11, 3.12 or 3.13. Install one, or name it: make install PYTHON=/path/to/python" >&2
    exit 3
fi

packages=$("$python" scripts/system_packages.py)
if [ -n "$packages" ]; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        echo "Installing system packages: $packages"
        apt-get update -qq
        # shellcheck disable=SC2086  # the names are meant to be split
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $packages >/dev/null
    else
        echo "tfcards needs system libraries that are missing. On Debian or Ubuntu run:" >&2
        echo "    sudo apt-get install $packages" >&2
        echo "then run make again." >&2
        exit 3
    fi
fi

[ -x .venv/bin/python ] || "$python" -m venv .venv
.venv/bin/python -m pip install --quiet --upgrade --constraint constraints.txt pip
echo "Installing tfcards and what it needs (about 2 GB with TensorFlow) ..."
.venv/bin/python -m pip install --quiet --constraint constraints.txt --group dev --editable .
touch .venv/installed
