# Sets a checkout up: system packages, .venv/, the pinned Python packages. Sourced by ./run and ./test; says what it installs before it does.
# Bash, because it must run before any Python of ours does.

die() { printf '\n%s: %s\n' "${0##*/}" "$1" >&2; exit "${2:-2}"; }
say() { printf '%s\n' "$1" >&2; }

find_python() {
  local candidate
  for candidate in python3.13 python3.12 python3.11 python3; do
    if command -v "$candidate" >/dev/null && "$candidate" -c 'import sys; raise SystemExit(sys.version_info < (3, 11))' 2>/dev/null; then
      printf '%s' "$candidate"; return
    fi
  done
  return 1
}

# The shared libraries that Qt needs, by soname, with the Debian package that has each.
QT_LIBRARIES='libglib-2.0.so.0=libglib2.0-0 libGL.so.1=libgl1 libEGL.so.1=libegl1 libxkbcommon.so.0=libxkbcommon0 libfreetype.so.6=libfreetype6
libfontconfig.so.1=libfontconfig1 libdbus-1.so.3=libdbus-1-3 libxcb-cursor.so.0=libxcb-cursor0 libxcb-icccm.so.4=libxcb-icccm4
libxcb-keysyms.so.1=libxcb-keysyms1 libxcb-shape.so.0=libxcb-shape0 libxcb-xkb.so.1=libxcb-xkb1 libxcb-image.so.0=libxcb-image0
libxcb-randr.so.0=libxcb-randr0 libxcb-render-util.so.0=libxcb-render-util0 libxkbcommon-x11.so.0=libxkbcommon-x11-0'

missing_libraries() {
  local known pair
  known=$(PATH="$PATH:/sbin:/usr/sbin" ldconfig -p 2>/dev/null || true)
  for pair in $QT_LIBRARIES; do
    case "$known" in *"${pair%%=*} "*) ;; *) printf '%s ' "${pair##*=}" ;; esac
  done
}

# missing_programs PROGRAM=PACKAGE ...
missing_programs() {
  local pair
  for pair in "$@"; do
    PATH="$PATH:/sbin:/usr/sbin" command -v "${pair%%=*}" >/dev/null || printf '%s ' "${pair##*=}"
  done
}

install_packages() {
  [ -n "${1// /}" ] || return 0
  local root=""
  [ "$(id -u)" = 0 ] || root=sudo
  say "Installing system packages: $1"
  command -v apt-get >/dev/null || die "this system has no apt-get; install by hand: $1"
  [ -z "$root" ] || command -v sudo >/dev/null || die "root or sudo is needed to install: $1"
  $root env DEBIAN_FRONTEND=noninteractive apt-get update -qq >&2 || say "apt-get update failed; trying with the lists that are here"
  # shellcheck disable=SC2086  # a list of names
  $root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $1 >&2 </dev/null || die "could not install: $1"
}

make_venv() {
  local python=$1
  [ -x .venv/bin/python ] && .venv/bin/python -c 'import pip' 2>/dev/null && return
  say "Making .venv/ with $($python --version)"
  rm -rf .venv
  "$python" -m venv .venv 2>/dev/null || { install_packages "python3-venv"; rm -rf .venv; "$python" -m venv .venv; } || die "could not make .venv/"
}

install_pinned() {
  local stamp
  stamp=$(cat requirements.lock pyproject.toml | sha256sum | cut -d' ' -f1)
  [ "$(cat .venv/.installed 2>/dev/null)" = "$stamp" ] && return
  say "Installing the pinned Python packages into .venv/"
  if .venv/bin/python -m pip install -q --disable-pip-version-check uv >/dev/null 2>&1; then
    VIRTUAL_ENV=$PWD/.venv .venv/bin/uv pip install -q --require-hashes -r requirements.lock || die "could not install the pinned packages"
    VIRTUAL_ENV=$PWD/.venv .venv/bin/uv pip install -q --no-deps -e . || die "could not install the checkout itself"
  else
    .venv/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock || die "could not install the pinned packages"
    .venv/bin/python -m pip install -q --disable-pip-version-check --no-deps -e . || die "could not install the checkout itself"
  fi
  printf '%s' "$stamp" > .venv/.installed
}

# set_up "PACKAGES": the given system packages, then .venv/ with everything pinned
set_up() {
  local python
  install_packages "$1"
  python=$(find_python) || { install_packages "python3"; python=$(find_python); } || die "Python 3.11 or newer is needed"
  make_venv "$python"
  install_pinned
}
