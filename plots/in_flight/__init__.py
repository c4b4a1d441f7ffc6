# SPDX-License-Identifier: MIT
"""What holding one request per CPU costs where operations end later."""
