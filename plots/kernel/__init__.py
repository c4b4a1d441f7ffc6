# SPDX-License-Identifier: MIT
"""The real kernel beside the model: how far the ratios agree, and what the kernel's phases say where they do not."""
