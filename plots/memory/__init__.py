# SPDX-License-Identifier: MIT
"""What is held by whom, counted; what is lost where allocations are made to fail."""
