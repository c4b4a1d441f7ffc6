# SPDX-License-Identifier: MIT
"""Two runs against each other, and one run for another tool that does so."""
