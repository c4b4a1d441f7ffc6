# SPDX-License-Identifier: MIT
"""`python3 -m plots`."""

import sys

try:
    from plots.cli import main  # inside the try: its imports take a second, and Ctrl-C can come meanwhile

    sys.exit(main(sys.argv[1:]))
except KeyboardInterrupt:
    print("interrupted: the report may be incomplete, run it again", file=sys.stderr)
    sys.exit(3)
