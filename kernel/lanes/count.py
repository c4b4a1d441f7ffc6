# SPDX-License-Identifier: MIT
"""`python3 -m kernel.lanes.count [--out DIR] < PLAN`: what `tfmbench count` starts once it has planned the blocks."""

from __future__ import annotations

import sys
from collections.abc import Sequence

try:  # inside the try: Ctrl-C can come while it is loaded
    from kernel.lanes import command, model, model_plan
    from kernel.lanes.command import Task
    from kernel.lanes.errors import Refused
except KeyboardInterrupt:
    print("tfmbench count: interrupted: nothing was written", file=sys.stderr)
    sys.exit(3)

PROGRAM = "tfmbench count"


def _run(argv: Sequence[str]) -> None:
    if argv and (len(argv) != 2 or argv[0] != "--out"):
        raise Refused(f"{argv[0]}: this takes --out DIR and a plan: `tfmbench count` starts it")
    out = command.out_of(argv[1] if argv else None, "count", model.NAME)
    plan = model_plan.parse(sys.stdin.read())
    command.measure(Task(model.NAME, model.COMMANDS, out, list(plan.command_line), False, lambda session: model.measure(session, plan)))


def main(argv: Sequence[str]) -> int:
    try:
        return command.guarded(PROGRAM, lambda: _run(argv))
    except KeyboardInterrupt:
        print(f"{PROGRAM}: interrupted: nothing was written", file=sys.stderr)
        return 3


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
