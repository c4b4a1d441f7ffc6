# SPDX-License-Identifier: MIT
"""The page, the mail, the summary and the table of a run: loops over the questions."""
