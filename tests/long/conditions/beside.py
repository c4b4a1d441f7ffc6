#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Runs rounds on one core until it is killed: a second tfmbench beside the one that is watched.

    beside.py CORE
"""

from __future__ import annotations

import sys

from rounds import WATCHED, Condition, measure, request, with_id


def main() -> None:
    condition = Condition("beside", WATCHED, cores=(int(sys.argv[1]),))
    wanted = with_id(condition, request(condition, {"workload": "tcp_ao/mtu", "algorithm": "hmac(sha256)", "sockets": 10_000}, 0))
    while True:
        measure(condition, wanted)


if __name__ == "__main__":
    main()
