# SPDX-License-Identifier: MIT
"""Settings of the user that a figure cannot be drawn with: MPLBACKEND, and matplotlibrc."""

from __future__ import annotations

from plots.run.files import BadInput


def check_settings() -> None:
    """BadInput if matplotlib refuses its settings, or if they hand its texts to TeX."""
    try:
        import matplotlib
    except ValueError as error:
        line = " ".join(str(error).split())
        raise BadInput(f"matplotlib refuses its settings: {line}; unset MPLBACKEND, and see MATPLOTLIBRC and matplotlibrc") from None
    if matplotlib.rcParams["text.usetex"]:
        raise BadInput(
            f"{matplotlib.matplotlib_fname()}: text.usetex is on, and figures are not written for TeX: "
            "turn it off, or name another matplotlibrc in MATPLOTLIBRC"
        )
