# SPDX-License-Identifier: MIT
"""The machine that a lane runs on, and the state of the source, as run.json has them."""

from __future__ import annotations

import os
import platform
import re
from pathlib import Path
from typing import Any

from kernel.lanes.process import missing
from kernel.lanes.session import SOURCE, Session


def machine(root: Path = Path("/")) -> dict[str, Any]:
    text = _read(root / "proc/cpuinfo")
    names = re.findall(r"^model name\s*:\s*(.+)$", text, re.MULTILINE)
    return {
        "architecture": platform.machine() or None,
        "cpu": names[0].strip() if names else None,
        "cores": os.cpu_count(),
        "kernel": platform.release() or None,
        "hypervisor": _hypervisor(text, root),
    }


def _hypervisor(cpuinfo: str, root: Path) -> str | None:
    """`none` on bare metal, null: not known. The CPU says that there is one; who it is, the firmware's names say."""
    flags = re.search(r"^flags\s*:(.*)$", cpuinfo, re.MULTILINE)
    if not flags:
        return None
    if "hypervisor" not in flags[1].split():
        return "none"
    for place in ("sys/hypervisor/type", "sys/class/dmi/id/sys_vendor"):
        name = _read(root / place).strip()
        if name:
            return name
    return None


def _read(path: Path) -> str:
    try:
        return path.read_text(errors="replace")
    except OSError:
        return ""


def git(session: Session) -> dict[str, Any]:
    """The revision if SOURCE is a repository's own top level, and whether tracked files differ from it."""
    unknown = {"revision": None, "dirty": None}
    if missing(["git"]):
        return unknown
    prefix = session.processes.run(("git", "rev-parse", "--show-prefix"), SOURCE)
    head = session.processes.run(("git", "rev-parse", "HEAD"), SOURCE)
    if prefix.returncode != 0 or prefix.stdout.strip() or head.returncode != 0:
        return unknown
    # Optional locks would disturb a commit that is under way.
    changes = session.processes.run(("git", "--no-optional-locks", "status", "--porcelain", "--untracked-files=no"), SOURCE)
    return {"revision": head.stdout.strip(), "dirty": changes.stdout.strip() != "" if changes.returncode == 0 else None}
