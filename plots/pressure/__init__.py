# SPDX-License-Identifier: MIT
"""What is refused and lost when memory runs out, and the load that strategies bear."""
