# SPDX-License-Identifier: MIT
"""Functions on numbers, and the rule that turns an interval into a verdict. They know no question."""
