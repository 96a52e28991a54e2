#!/bin/sh
# What the tests need beside Python: Chromium, Chinese fonts, a Redis server, and the Debian
# packages named as arguments.
# Installs what is missing by apt-get where it may, else says what to install and goes on:
# the tests themselves decide what they can do without.
set -u

missing=""

has_chromium() {
    for name in chromium chromium-browser google-chrome google-chrome-stable; do
        # Ubuntu's chromium-browser may be a stub that only asks for a snap.
        "$name" --version >/dev/null 2>&1 && return 0
    done
    return 1
}

has_chinese_font() {
    command -v fc-list >/dev/null 2>&1 && [ -n "$(fc-list :lang=zh-cn family 2>/dev/null)" ]
}

# The wheel's Valkey will do on a person's machine, where the package would start a service of its
# own; the continuous integration tests both.
has_redis() {
    command -v valkey-server >/dev/null 2>&1 || command -v redis-server >/dev/null 2>&1 || {
        [ -z "${CI:-}" ] &&
            .venv/bin/python -c 'from data_sources.engine.binary import find; find()' 2>/dev/null
    }
}

wanted="$*"

look() {
    missing=""
    for package in $wanted; do
        dpkg -s "$package" >/dev/null 2>&1 || missing="$missing $package"
    done
    has_chromium || missing="$missing chromium"
    has_chinese_font || missing="$missing fonts-noto-cjk fontconfig"
    has_redis || missing="$missing redis-server"
}

look
[ -z "$missing" ] && exit 0

as_root=""
if [ "$(id -u)" -ne 0 ]; then
    # -n: never ask for a password, there may be nobody to type it.
    as_root="sudo -n"
    sudo -n true 2>/dev/null || as_root="none"
fi

if command -v apt-get >/dev/null 2>&1 && [ "$as_root" != "none" ]; then
    echo "安装系统软件包 installing:$missing"
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq </dev/null >/dev/null
    for package in $missing; do
        $as_root env DEBIAN_FRONTEND=noninteractive \
            apt-get install -y -qq --no-install-recommends "$package" </dev/null >/dev/null ||
            echo "gridwall: apt-get could not install $package" >&2
    done
    look
fi

if [ -n "$missing" ]; then
    echo "gridwall: the tests need these system packages:$missing" >&2
    echo "gridwall: install them (Debian, Ubuntu: sudo apt-get install$missing); going on without" >&2
fi
exit 0
