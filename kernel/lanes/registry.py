# SPDX-License-Identifier: MIT
"""The lanes that there are."""

from __future__ import annotations

from kernel.lanes import counted, host, native, sockets
from kernel.lanes.lane import Lane

LANES: dict[str, Lane] = {lane.name: lane for lane in (counted.LANE, native.LANE, sockets.LANE, host.LANE)}
