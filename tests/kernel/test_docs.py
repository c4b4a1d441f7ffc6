# SPDX-License-Identifier: MIT
"""docs/kernel.md has the table that kernel/lanes/strategies.py holds.

    test_docs.py --write

writes it there.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(SOURCE))

from kernel.lanes import listing  # noqa: E402
from kernel.lanes.registry import LANES  # noqa: E402

DOCS = SOURCE / "docs/kernel.md"
_MADE = re.compile(r"(<!-- made by tests/kernel/test_docs\.py [^\n]*-->\n)(.*)(<!-- end -->)", re.DOTALL)


def test_the_table_is_that_of_the_lanes() -> None:
    found = _MADE.search(DOCS.read_text(encoding="utf-8"))
    assert found and found[2] == listing.as_markdown() + "\n", "run tests/kernel/test_docs.py --write"


def test_all_lanes_are_described() -> None:
    text = DOCS.read_text(encoding="utf-8")
    described = re.findall(r"^### (\w+)$", text, re.MULTILINE)
    assert described == list(LANES)
    assert re.findall(r"^\| `(\w+)` \| [^|]*\| [^|]*\| [^|]*\|$", text, re.MULTILINE) == list(LANES)


if __name__ == "__main__":
    if sys.argv[1:] != ["--write"]:
        sys.exit("usage: test_docs.py --write")
    whole = DOCS.read_text(encoding="utf-8")
    DOCS.write_text(_MADE.sub(lambda found: f"{found[1]}{listing.as_markdown()}\n{found[3]}", whole), encoding="utf-8")
