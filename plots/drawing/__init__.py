# SPDX-License-Identifier: MIT
"""How things look and read: words for numbers and conditions, text for a mail, HTML, the style of figures."""
