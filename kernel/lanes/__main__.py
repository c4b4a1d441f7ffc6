# SPDX-License-Identifier: MIT
"""`python3 -m kernel.lanes`."""

import sys

try:
    from kernel.lanes.cli import main  # inside the try: Ctrl-C can come while it is loaded

    sys.exit(main(sys.argv[1:]))
except KeyboardInterrupt:
    print("tfmbench kernel: interrupted: nothing was written", file=sys.stderr)
    sys.exit(3)
