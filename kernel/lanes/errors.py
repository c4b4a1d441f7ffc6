# SPDX-License-Identifier: MIT
"""The errors that end a run with one line."""

from __future__ import annotations


class Refused(Exception):
    """It cannot be done. Its text is the line for the user: what is wrong, where, what would be right. Exit code 2."""
