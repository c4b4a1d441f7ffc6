# SPDX-License-Identifier: MIT
"""Every protocol with every strategy: which protocols would gain from a pool."""
