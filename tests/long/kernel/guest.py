#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Does what the lane host loads work in stock kernels? No test loads it into the kernel of the machine: a guest under QEMU takes it.

    guest.py [--kernel NAME,…]

Boots each stock kernel and loads the module as the lane host does: once for each algorithm, with mode=time and as many turns, and unloads it
after each. What it says is read by the lane's own parser, and must have the cells that the kernel has. Times under QEMU mean nothing and are
not looked at.

Exit 0: all holds; 2: a kernel did not boot, or said something else.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from kernel.lanes import cache, cells, host, initrd, log, qemu  # noqa: E402
from kernel.lanes.cache import Cache  # noqa: E402
from kernel.lanes.errors import Refused  # noqa: E402
from kernel.lanes.kernels import Kernel  # noqa: E402
from kernel.lanes.names import ALL_ALGORITHMS, SOCKETS  # noqa: E402
from kernel.lanes.session import Session  # noqa: E402
from kernel.lanes.stock import Stock  # noqa: E402

SIZE = 64
CACHES = ("cold", "warm")


def console(session: Session, stock: Stock, kernel: Kernel) -> str:
    ready = stock.ready(kernel)
    archive = session.cache.scratch(kernel.name) / "initrd"
    initrd.write(archive, ready.init, ready.module)
    words = ("DO=time", f"ALGORITHMS={','.join(ALL_ALGORITHMS)}", f"SOCKETS={SOCKETS}", f"BYTES={SIZE}", f"ROUNDS={host.TURNS}")
    return qemu.boot(session, ready.machine, qemu.Boot(f"{kernel.name} times", ready.image, archive, words)).console


def check(kernel: Kernel, text: str) -> int:
    """How many cells the boot timed. Refused if a load said something else than the lane reads."""
    log.parse(text, kernel.name)  # the boot ended well: each load, and each unload
    marked = [line for line in text.splitlines() if log.MARK in line][1:-1]  # without init's own first and last
    loads: list[list[str]] = []
    for line in marked:
        if '{"module":' in line:
            loads.append([])
        if not loads:
            raise Refused(f"{kernel.name}: it said this before a load: {line}")
        loads[-1].append(line)
    if len(loads) != len(ALL_ALGORITHMS):
        raise Refused(f"{kernel.name}: {len(loads)} loads in place of {len(ALL_ALGORITHMS)}")
    timed = 0
    for algorithm, said in zip(ALL_ALGORITHMS, loads):
        body = host.collect(kernel.release, SIZE, SOCKETS, algorithm, "\n".join(said))
        cells.check(kernel.name, [SIZE], CACHES, body)
        timed += len(body["cells"])
    return timed


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kernel", metavar="NAME,…", help="only these kernels")
    names = parser.parse_args().kernel
    try:
        with Cache(cache.default_folder()) as the_cache:
            session = Session(the_cache)
            stock = Stock(session)
            for kernel in stock.find(names.split(",") if names else ()):
                (text,) = session.all([lambda kernel=kernel: console(session, stock, kernel)])  # type: ignore[misc]
                print(f"{kernel.name}: {check(kernel, text)} cells timed, {len(ALL_ALGORITHMS)} loads and unloads", flush=True)
    except Refused as error:
        print(f"guest.py: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
