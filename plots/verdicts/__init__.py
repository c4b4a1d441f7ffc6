# SPDX-License-Identifier: MIT
"""What several questions use: a block's strategies with estimates and verdicts, A/A, families of blocks, evidence."""
