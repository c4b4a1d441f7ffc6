# SPDX-License-Identifier: MIT
"""Reads the results of a run, does the statistics, draws the figures and writes the report.

    /usr/bin/python3 -m plots report DIR [--text] [--benchmark-json FILE]
    /usr/bin/python3 -m plots compare DIR_A DIR_B [--gate PERCENT] [--json]

From load to page: load (files) -> results (statistics, one verdict a cell) -> summary, review, terminal,
figures, page. Nothing here is measured, and no other part of the project does statistics.
"""
