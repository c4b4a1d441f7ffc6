# SPDX-License-Identifier: MIT
"""The look of all outputs: numbers and conditions as text, mail text, HTML, the style of figures."""
