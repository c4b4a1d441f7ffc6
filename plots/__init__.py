# SPDX-License-Identifier: MIT
"""Reads the results of a run, does the statistics, draws the figures and writes the report.

    /usr/bin/python3 -m plots report RUN [--kernel DIR] [--out DIR] [--text] [--benchmark-json FILE]
    /usr/bin/python3 -m plots report RUN RUN… --out DIR [--kernel DIR] [--text]
    /usr/bin/python3 -m plots compare DIR_A DIR_B [--gate PERCENT] [--baseline NAME] [--only-common] [--across-kinds]
                                      [--json | --markdown]

Nothing is measured here. No other part of the project does statistics. A folder uses only the folders above it:

    output              stdout, and files whole or not at all
    run, statistics     a run's folder, and one of the real kernel, as values; functions on numbers
    drawing             texts, layout, style
    verdicts            a block's strategies with estimates and verdicts; the interface of a question
    cost, memory, …     the questions; none imports another; registry.py lists them
    claims, compare     the answers to the thread's claims; the comparison of two runs
    report              page, mail, summary, table

tests/plots/import_rules.py tests this order.
"""
