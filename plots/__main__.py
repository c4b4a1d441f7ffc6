# SPDX-License-Identifier: MIT
"""`python3 -m plots`."""

import sys

try:
    from plots.cli import main  # its own imports take a second, in which a reader may lose patience

    sys.exit(main(sys.argv[1:]))
except KeyboardInterrupt:
    print("interrupted: the report may be incomplete, run it again", file=sys.stderr)
    sys.exit(3)
