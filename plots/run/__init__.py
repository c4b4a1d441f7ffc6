# SPDX-License-Identifier: MIT
"""A run's folder as values: axes, rounds, blocks. Nothing here knows a question."""
