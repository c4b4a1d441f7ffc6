# SPDX-License-Identifier: MIT
"""What a packet costs: time against the baseline's, and latency."""
