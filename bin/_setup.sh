# Sourced by bin/serve, bin/test, bin/manage and .ci/run: a virtual environment that matches the locks.
# POSIX sh. Needs Python >= 3.11 with venv, and the package index; no root, no server.
set -eu
ROOT=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd)
cd "$ROOT"
VENV=${VENV:-$ROOT/.venv}
export UV_PYTHON_DOWNLOADS=never

find_python() {
    for name in ${PYTHON:-} python3 python3.13 python3.12 python3.11; do
        if command -v "$name" >/dev/null 2>&1 &&
            "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$name"
            return 0
        fi
    done
    echo "Python 3.11 or newer is needed; set PYTHON=/path/to/python3." >&2
    return 1
}

# install LOCK...: what the locks name, hashes checked; nothing to do when they have not changed.
install() {
    if [ ! -x "$VENV/bin/python" ]; then
        python=$(find_python)
        echo "setting up $VENV" >&2
        "$python" -m venv "$VENV" || {
            echo "python3 -m venv failed (on Debian: apt install python3-venv)" >&2
            exit 1
        }
    fi
    stamp="$VENV/.locks-$("$VENV/bin/python" -c '
import hashlib, sys
print(hashlib.sha256(b"".join(open(name, "rb").read() for name in sys.argv[1:])).hexdigest()[:16])' "$@")"
    [ -e "$stamp" ] && return 0
    arguments=""
    for lock in "$@"; do arguments="$arguments -r $lock"; done
    "$VENV/bin/python" -m pip install -q --disable-pip-version-check uv >/dev/null 2>&1 || true
    # shellcheck disable=SC2086
    if [ -x "$VENV/bin/uv" ]; then
        "$VENV/bin/uv" pip install -q --python "$VENV/bin/python" --require-hashes $arguments
    else
        "$VENV/bin/python" -m pip install -q --require-hashes $arguments
    fi
    : >"$stamp"
}

# Translations are compiled from the .po files; msgfmt is not everywhere, Babel is in the lock.
compile_translations() {
    for po in locale/*/LC_MESSAGES/django.po; do
        [ -e "$po" ] || continue
        mo="${po%.po}.mo"
        if [ ! -e "$mo" ] || [ "$po" -nt "$mo" ]; then
            "$VENV/bin/pybabel" -q compile -f -i "$po" -o "$mo"
        fi
    done
}
