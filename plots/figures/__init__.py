# SPDX-License-Identifier: MIT
"""The figures: one kind a module, each a function from a family of blocks to a drawn figure."""
