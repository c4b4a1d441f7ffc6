# SPDX-License-Identifier: MIT
"""Compares two runs, and writes a run for Google Benchmark's compare.py."""
