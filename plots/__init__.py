# SPDX-License-Identifier: MIT
"""Reads the results of a run, does the statistics, draws the figures and writes the report.

    /usr/bin/python3 -m plots report DIR [--text] [--benchmark-json FILE]
    /usr/bin/python3 -m plots compare DIR_A DIR_B [--gate PERCENT] [--json]

Nothing here is measured, and no other part of the project does statistics. The folders, each of which uses those before it:

    run, statistics     a run's folder as values; functions on numbers
    drawing             words, layout, style
    verdicts            a block's strategies with estimates and verdicts; what a question is
    cost, memory, …     the questions, which do not know each other; registry.py lists them
    claims, compare     what is said to the thread's claims; two runs
    report              page, mail, summary, table

tests/plots/import_rules.py holds them to it.
"""
