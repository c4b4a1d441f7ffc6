# SPDX-License-Identifier: MIT
"""The claims of the thread, and what the questions answer."""
