# SPDX-License-Identifier: MIT
"""The real kernel beside the model. Shares names and result files with the rest of the repository, no code."""
