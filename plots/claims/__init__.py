# SPDX-License-Identifier: MIT
"""The claims of the thread, and the questions' answers to them."""
