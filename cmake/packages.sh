# SPDX-License-Identifier: MIT
# Sourced by bench/run.sh and tests/run.sh: installs the Debian packages that are missing.

build_packages=(
  g++ cmake ninja-build pkg-config git
  nettle-dev libssl-dev libsodium-dev libjemalloc-dev libmimalloc2.0 libtcmalloc-minimal4
  zlib1g-dev liburcu-dev libpcap-dev libipsec-mb-dev libhwloc-dev
  libbenchmark-dev libcli11-dev libtomlplusplus-dev nlohmann-json3-dev libfmt-dev libexpected-dev
  python3 python3-matplotlib python3-numpy python3-scipy python3-jinja2
  python3-jsonschema)
test_packages=(libgtest-dev clang-14 libclang-rt-14-dev python3-pytest python3-mypy tcpdump make openssl
  xz-utils)

# ensure_packages NAME…: installs what is missing. Without root it says what to install, and fails.
ensure_packages() {
  local package missing=()
  if ! command -v dpkg-query > /dev/null; then
    echo "This is not a Debian system. These packages, or their equivalents, must be installed: $*" >&2
    return 0
  fi
  for package in "$@"; do
    [[ $(dpkg-query -W -f='${Status}' "$package" 2> /dev/null) == *" installed" ]] ||
      missing+=("$package")
  done
  ((${#missing[@]} == 0)) && return 0
  if ((EUID != 0)); then
    echo "Packages are missing. Run as root: apt-get install --no-install-recommends ${missing[*]}" >&2
    return 2
  fi
  echo "Installing ${missing[*]}"
  apt-get update -q > /dev/null &&
    DEBIAN_FRONTEND=noninteractive apt-get install -yq --no-install-recommends "${missing[@]}" \
      > /dev/null
}

# build PRESET [CMAKE OPTION…] -- [TARGET…]
build() {
  local preset=$1 options=()
  shift
  while [[ $# -gt 0 && $1 != -- ]]; do
    options+=("$1")
    shift
  done
  [[ $# -gt 0 ]] && shift
  cmake --preset "$preset" "${options[@]}" > /dev/null &&
    cmake --build --preset "$preset" ${1:+--target "$@"}
}
