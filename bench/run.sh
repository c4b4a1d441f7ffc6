#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Installs missing packages, builds, runs the quick matrix, draws the report and prints its table.
# Arguments are passed to `tfmbench run quick`, such as --rounds 9.
set -euo pipefail
cd "$(dirname "$0")/.."
source cmake/packages.sh

ensure_packages "${build_packages[@]}"
build release -DTFM_TESTS=OFF -- tfmbench tfmbench_round tfmbench_round_counted

out=results/local/quick-$(date +%Y%m%dT%H%M%S)
build/release/tfmbench run quick --out "$out" "$@"
[[ -d $out ]] || exit 0 # --dry-run
build/release/tfmbench report "$out"
echo "The report: $out/report/report.html (for a mail: $out/report/review.txt)"
