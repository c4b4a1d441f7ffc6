# SPDX-License-Identifier: MIT
"""The statistics: functions on numbers, and the rule that makes a word of them. They know no question."""
