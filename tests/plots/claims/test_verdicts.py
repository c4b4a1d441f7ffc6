# SPDX-License-Identifier: MIT
"""Every word of each claim, on synthetic results: a run in which it holds, one in which it does not, both together, and runs
that measure it not at all or too little."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

import synthetic
import synthetic_memory
import synthetic_pressure
from conftest import results_of
from outputs import judged
from plots.claims import lines
from plots.claims.judge import Judged
from plots.verdicts.counted import Charge
from plots.verdicts.results import Results, StrategyResult
from synthetic import axes
from synthetic_runs import EVERY, FAILING, LINES

POOL, OWN, KEYS, POOLED, SKB = "percpu_pool", "per_socket_tfm", "per_request_key", "percpu_request_key", "skb_request"
SHAPES, MORE = synthetic_memory.SHAPES, synthetic_memory.MORE_SHAPES
PRESSED = axes(pages=synthetic_pressure.FULL)
QUIET = axes(pages=1 << 20)
"""A zone in which no strategy is refused anything."""
IPSEC = [axes(workload=f"{p}/mtu", algorithm=a) for p, a in (("ah", "hmac(sha256)"), ("mac80211", "ccm(aes128)"))]
OTHERS = [axes(), axes(workload="tcp_md5/bgp_update", algorithm="md5")]
ACOMP = axes(workload="ipcomp/mtu", provider="zlib", algorithm="acomp(deflate)")


@dataclass
class World:
    """What a run measures, and what is true in it."""

    blocks: list[dict[str, Any]]
    ratio: dict[str, float] = field(default_factory=dict)
    shapes: dict[str, synthetic_memory.Shape] = field(default_factory=dict)
    allocates: dict[str, int] = field(default_factory=dict)
    strategies: tuple[str, ...] = EVERY
    timed: bool = True
    lines: dict[str, Any] | None = None

    def measure(self, folder: Path, patch: pytest.MonkeyPatch, rounds: int = 6) -> Results:
        for name, shape in self.shapes.items():
            patch.setitem(SHAPES if name in SHAPES else MORE, name, shape)
        for name, number in self.allocates.items():
            patch.setitem(synthetic.FAST_PATH_ALLOCATIONS, name, number)
        truth = synthetic.Truth(
            blocks=self.blocks, ratio=self.ratio, strategies=self.strategies, rounds=rounds, timed=self.timed,
            lines_of_code=self.lines,
        )  # fmt: skip
        results = results_of(folder, truth)
        patch.undo()
        return results


def shape(name: str, **changes: Any) -> synthetic_memory.Shape:
    return replace((SHAPES | MORE)[name], **changes)


TIMED = [axes(sockets=1000)]
BOTH_KEYS = [axes(), axes(key="prepared"), PRESSED]
SMALL = (POOL, OWN, KEYS, "null")

WORLDS: dict[str, tuple[World, World]] = {
    "C1": (World([PRESSED], strategies=SMALL), World([PRESSED], allocates={POOL: 1}, strategies=SMALL)),
    "C2": (
        World(TIMED, ratio={OWN: 1.1}, strategies=SMALL),
        World(TIMED, ratio={OWN: 0.8}, shapes={OWN: shape(OWN, socket=60)}, strategies=SMALL),
    ),
    "C3": (
        World([axes(scratch="64+1024")], strategies=SMALL),
        World([axes(scratch="64+1024")], strategies=SMALL),
    ),
    "C4": (World(BOTH_KEYS, ratio={KEYS: 1.0}, allocates={KEYS: 0}, strategies=SMALL), World(BOTH_KEYS, ratio={KEYS: 1.2}, strategies=SMALL)),
    "C5": (
        World([axes(), PRESSED], ratio={OWN: 0.8}, allocates={OWN: 0}, strategies=SMALL),
        World([axes(), PRESSED], ratio={OWN: 1.2}, strategies=SMALL),
    ),
    "C6": (World(TIMED, ratio={SKB: 0.9}, strategies=(*SMALL, SKB)), World(TIMED, strategies=(*SMALL, SKB))),
    "C7": (World([ACOMP], strategies=SMALL), World([ACOMP], shapes={OWN: shape(OWN, cpu=144 << 10, shared_scratch=True)}, strategies=SMALL)),
    "C8": (World([axes(algorithms=n) for n in (2, 170)], strategies=SMALL), World([axes(algorithms=171)], strategies=SMALL)),
    "C9": (
        World([axes(in_flight=1)], strategies=(*SMALL, POOLED), ratio={POOLED: 1.0}),
        World([axes(in_flight=16)], strategies=(*SMALL, POOLED)),
    ),
    "C10": (
        World(TIMED, ratio={KEYS: 1.0, POOLED: 0.9}, strategies=(*SMALL, POOLED)),
        World(TIMED, ratio={KEYS: 0.9, POOLED: 1.0}, shapes={KEYS: shape(KEYS, algorithm=0)}, strategies=(*SMALL, POOLED)),
    ),
    "C11": (
        World(IPSEC, ratio={OWN: 1.1}, strategies=SMALL),
        World(IPSEC, ratio={OWN: 0.9}, shapes={OWN: shape(OWN, socket=60)}, strategies=SMALL),
    ),
}
"""For each claim a world in which it holds, and one in which it does not. C12 is below."""


def of(claim: str, *runs: Results) -> Judged:
    return next(one for one in judged(*runs) if one.claim.id == claim)


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Results]:
    number = iter(range(9))

    def measure(one: World, rounds: int = 6) -> Results:
        return one.measure(tmp_path / f"run{next(number)}", monkeypatch, rounds)

    return measure


def changed(results: Results, name: str, change: Callable[[StrategyResult], StrategyResult]) -> Results:
    """The same with another result of one strategy in every block."""
    blocks = (replace(b, strategies=tuple(change(s) if s.name == name else s for s in b.strategies)) for b in results.blocks)
    return replace(results, blocks=tuple(blocks))


def apart(s: StrategyResult) -> StrategyResult:
    """A buffer of scratch for each user, on each CPU."""
    assert s.memory is not None
    owners = s.memory.open.owners | {"scratch": Charge((64 + 1024) * 8, None, None)}
    return replace(s, memory=replace(s.memory, open=replace(s.memory.open, owners=owners)))


@pytest.mark.parametrize("claim", WORLDS)
def test_every_word(claim: str, world: Callable[..., Results]) -> None:
    true, false = (world(one) for one in WORLDS[claim])
    if claim == "C6":
        false = changed(false, SKB, lambda s: replace(s, skb_headroom_bytes=0))
    if claim == "C3":
        false = changed(false, POOL, apart)
    assert of(claim, true).verdict == "holds"
    assert of(claim, false).verdict == "does not hold"
    assert of(claim, true, false).verdict == "mixed"
    assert of(claim, world(World([axes(load="70%", sockets=10)], strategies=("null", POOL)))).verdict == "not measured"
    one = of(claim, true)
    assert one.number.median is not None and one.condition and one.lane == "model" and one.blocks


@pytest.mark.parametrize("claim", ["C2", "C4", "C5", "C10", "C11"])
def test_too_few_rounds_leave_it_open(claim: str, world: Callable[..., Results]) -> None:
    for one in WORLDS[claim]:
        assert of(claim, world(one, rounds=3)).verdict == "not measured"


@pytest.mark.parametrize("claim, absent", [("C4", "loss of per_request_key"), ("C5", "loss of per_socket_tfm"), ("C2", "time of per_socket_tfm")])
def test_half_of_a_claim_is_not_the_claim(claim: str, absent: str, world: Callable[..., Results]) -> None:
    true = WORLDS[claim][0]
    one = of(claim, world(replace(true, blocks=[b for b in true.blocks if not b["pages"]], timed=claim != "C2")))
    assert one.verdict == "not measured" and absent in ", ".join(lines.missing(one))


def test_a_zone_that_refuses_nobody_shows_nothing(world: Callable[..., Results]) -> None:
    one = of("C1", world(World([QUIET], strategies=SMALL)))
    assert one.verdict == "not measured" and [s.stand for part in one.measured for s in part.said] == ["open"]


def test_injected_failures_answer_the_first_claim(world: Callable[..., Results]) -> None:
    injected = World([axes(faults=FAILING)], strategies=SMALL)
    assert of("C1", world(injected)).verdict == "holds"
    assert of("C1", world(replace(injected, allocates={POOL: 1}))).verdict == "does not hold"
    assert of("C1", world(replace(injected, allocates={OWN: 0}))).verdict == "not measured", "nothing failed"


def test_scratch_and_streams_are_two_things(world: Callable[..., Results]) -> None:
    one = of("C7", world(World([ACOMP], shapes={OWN: shape(OWN, cpu=144 << 10)}, strategies=SMALL)))
    assert one.verdict == "mixed" and one.measured[0].lead == "acomp(deflate) keeps 0 B of scratch on each CPU"


def test_the_table_is_enough_up_to_its_size(world: Callable[..., Results]) -> None:
    one = of("C8", world(World([axes(algorithms=n) for n in (2, 170, 171)], strategies=SMALL)))
    assert one.verdict == "mixed" and one.number.median == synthetic_memory.TABLE


def test_the_pool_saves_bytes_but_no_time(world: Callable[..., Results]) -> None:
    assert of("C11", world(World(IPSEC, ratio={OWN: 0.9}, strategies=SMALL))).verdict == "mixed"


def test_a_key_table_that_is_not_the_kernels_judges_nothing(world: Callable[..., Results]) -> None:
    gcm = World([axes(workload="esp/mtu", algorithm="gcm(aes128)")], strategies=SMALL)
    assert of("C11", world(gcm)).verdict == "not measured"
    assert of("C11", world(replace(gcm, blocks=[axes(workload="esp/mtu", algorithm="gcm(aes128)", provider="ipsec_mb")]))).measured


def test_openssl_judges_nothing(world: Callable[..., Results]) -> None:
    timed = world(World([axes(provider="openssl"), axes(provider="openssl", key="prepared")], strategies=(*SMALL, POOLED, SKB)))
    pressed = world(World([PRESSED | {"provider": "openssl"}, axes(provider="openssl", faults=FAILING)], strategies=SMALL))
    assert not any(one.measured for one in judged(timed, pressed))


@pytest.mark.parametrize("claim", ["C2", "C4", "C5", "C10", "C11"])
def test_a_block_whose_baseline_differs_from_itself_leaves_it_open(claim: str, tmp_path: Path) -> None:
    true = WORLDS[claim][0]
    blocks = [b for b in true.blocks if not b["pages"]]
    truth = synthetic.Truth(blocks=blocks, ratio=true.ratio, strategies=true.strategies, rounds=6, aa_bias=1.2)
    one = of(claim, results_of(tmp_path / "run", truth))
    timed = [part for part in one.measured if part.name.startswith("time ")]
    assert one.verdict == "not measured" and timed and all(s.stand == "open" for part in timed for s in part.said)


def test_one_manager_needs_lines_that_no_run_counts(world: Callable[..., Results]) -> None:
    blocks = [*IPSEC, *OTHERS]
    runs = World(blocks, strategies=SMALL, lines=LINES)
    one = of("C12", world(runs))
    assert one.verdict == "not measured" and [s.stand for part in one.measured for s in part.said] == ["for"] * len(blocks)
    assert "the lines that one manager would save in its users" in [part.missing for part in one.parts if not part.said]
