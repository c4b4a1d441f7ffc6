# SPDX-License-Identifier: MIT
"""Counted memory by owner, and packets lost to injected allocation failures."""
