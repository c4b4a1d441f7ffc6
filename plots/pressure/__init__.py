# SPDX-License-Identifier: MIT
"""What is refused and lost where memory runs out, and what load is borne."""
