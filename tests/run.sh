#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Installs what is missing, builds, runs every test: in release, then under AddressSanitizer with
# UndefinedBehaviorSanitizer, then under ThreadSanitizer. Arguments name presets to run instead.
set -euo pipefail
cd "$(dirname "$0")/.."
source cmake/packages.sh

presets=("$@")
((${#presets[@]})) || presets=(release asan tsan)

ensure_packages "${build_packages[@]}" "${test_packages[@]}"
for preset in "${presets[@]}"; do
  echo "== $preset"
  build "$preset" -DTFM_TESTS=ON --
  ctest --preset "$preset" --no-tests=error
done
