#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Installs missing packages, builds, and runs every test: the tests in release, the checks that need
# to run only once, then the tests under AddressSanitizer with UndefinedBehaviorSanitizer, and under
# ThreadSanitizer. Arguments are test presets to run instead. Prints how long each took.
set -euo pipefail
cd "$(dirname "$0")/.."
source cmake/packages.sh

presets=("$@")
((${#presets[@]})) || presets=(release checks asan tsan)

took=()
say_what_took_how_long() {
  ((${#took[@]} == 0)) || printf '%s\n' "" "${took[@]}"
}
trap say_what_took_how_long EXIT

# minutes SECONDS: prints "2 min 5 s"
minutes() { echo "$(($1 / 60)) min $(($1 % 60)) s"; }

# cases LOG: prints the number of gtest and pytest cases in a log of ctest
cases() {
  sed -nE 's/^\[=+\] ([0-9]+) tests? from .* ran.*/\1/p; s/^([0-9]+) passed.*/\1/p' "$1" |
    awk '{ n += $1 } END { print n + 0 }'
}

# slowest JUNIT: prints the slowest test in a report of ctest
slowest() {
  sed -nE 's/.*<testcase name="([^"]*)".* time="([0-9.]+)".*/\2 s, \1/p' "$1" | sort -rg | head -1
}

ensure_packages "${build_packages[@]}" "${test_packages[@]}"
for preset in "${presets[@]}"; do
  echo "== $preset"
  built_as=$preset
  [[ $preset != checks ]] || built_as=release
  report=build/$built_as/$preset.junit.xml
  SECONDS=0
  build "$built_as" -DTFM_TESTS=ON --
  built=$SECONDS
  failed=0
  ctest --preset "$preset" --output-junit "$PWD/$report" || failed=$?
  log=build/$built_as/Testing/Temporary/LastTest.log
  took+=("$preset: built in $(minutes $built), $(cases "$log") cases in $(minutes $((SECONDS - built)))," \
    "  the longest test: $(slowest "$report")")
  ((failed == 0)) || exit "$failed"
done
