# SPDX-License-Identifier: MIT
"""Every protocol with every strategy: who would gain from a pool."""
