#!/bin/sh
# Make .venv, or say in one line what this machine lacks for it.
set -eu
python=$1

fail() {
    echo "gridwall: $1" >&2
    exit 1
}

command -v "$python" >/dev/null 2>&1 ||
    fail "$python was not found: install Python 3.11 or later (Debian, Ubuntu: apt-get install python3 python3-venv)"
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    fail "$("$python" --version 2>&1) is too old: Gridwall needs 3.11 or later; name another by 'make PYTHON=python3.12 …'"
# Debian ships Python without these two unless python3-venv is there.
"$python" -c 'import venv, ensurepip' 2>/dev/null ||
    fail "$python cannot make virtual environments: apt-get install python3-venv (or python$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')-venv)"
rm -rf .venv
"$python" -m venv .venv
