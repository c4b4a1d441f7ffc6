# SPDX-License-Identifier: MIT
"""What the kernel did, in order, beside the figures published for it."""
