# SPDX-License-Identifier: MIT
"""The rules that make a verdict of blocks (docs/claims.md), and the words that say it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import synthetic
from conftest import results_of
from outputs import judged
from plots.claims import lines
from plots.claims.claims import CLAIMS
from plots.claims.judge import Judged, judge, stand, verdict
from plots.statistics.stats import Estimate
from plots.verdicts import tally
from plots.verdicts.parts import NOT_FASTER, NOT_SLOWER, Part, Said, Stand, less_time
from plots.verdicts.results import BlockResult

PART = Part(name="time", lead="A takes 0.8 of B's time", brief="A 0.8", yes="not slower", no="slower", missing="time of A")
SIZES = (100, 1000, 10_000, 100_000)


@pytest.fixture(scope="module")
def blocks(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, int], BlockResult]:
    """By algorithm and sockets."""
    asked = [synthetic.axes(sockets=n, algorithm=a) for a in ("hmac(sha1)", "md5") for n in SIZES]
    results = results_of(tmp_path_factory.mktemp("run") / "run", synthetic.Truth(blocks=asked, rounds=1, counted=False))
    return {(b.block.axes.algorithm, b.block.axes.sockets): b for b in results.blocks}


@pytest.fixture(scope="module")
def said(blocks: dict[tuple[str, int], BlockResult]) -> "type[Say]":
    Say.blocks = blocks
    return Say


class Say:
    blocks: dict[tuple[str, int], BlockResult]

    @classmethod
    def part(cls, *stands: Stand | None, algorithm: str = "hmac(sha1)") -> Part:
        """A part whose blocks of 100, 1,000, … sockets say this. None: there is no such block."""
        each = [Said("run", cls.blocks[algorithm, n], s, Estimate(0.8, 0.7, 0.9)) for n, s in zip(SIZES, stands) if s]
        return replace(PART, said=tuple(each))


def test_what_the_blocks_of_a_part_say_together(said: type[Say]) -> None:
    assert stand(PART) == "missing"
    assert stand(said.part("for", "for")) == "for"
    assert stand(said.part("against")) == "against"
    assert stand(said.part("for", "for", "against", "open")) == "both"
    assert stand(said.part("for", "for", "open")) == "for"
    assert stand(said.part("for", "open")) == "open", "as many are unresolved as are resolved"
    assert stand(said.part("open")) == "open"


def test_a_verdict_is_not_stronger_than_its_parts(said: type[Say]) -> None:
    held, denied, left = said.part("for"), said.part("against"), said.part("open")
    assert verdict([held, held]) == "holds"
    assert verdict([denied, denied]) == "does not hold"
    assert verdict([held, denied]) == "mixed"
    assert verdict([said.part("for", "against")]) == "mixed"
    assert verdict([held, left]) == "not measured"
    assert verdict([denied, left]) == "not measured"
    assert verdict([held, PART]) == "not measured"
    assert verdict([denied, PART]) == "not measured", "the missing part might hold"
    assert verdict([held, denied, PART]) == "mixed", "no missing part can change that"
    assert verdict([]) == "not measured"


def test_an_optional_part_counts_only_where_it_is_measured(said: type[Say]) -> None:
    absent, against = replace(PART, optional=True), replace(said.part("against"), optional=True)
    assert verdict([said.part("for"), absent]) == "holds"
    assert verdict([said.part("for"), against]) == "mixed"
    assert verdict([absent]) == "not measured"


def test_a_small_difference_against_a_claim_leaves_it_open() -> None:
    assert "a little slower" not in NOT_SLOWER and NOT_SLOWER["a little faster"] == "for" and NOT_SLOWER["slower"] == "against"
    assert "a little faster" not in NOT_FASTER and NOT_FASTER["same"] == "for" and NOT_FASTER["faster"] == "against"
    assert "unresolved" not in NOT_SLOWER | NOT_FASTER


def test_the_number_is_the_first_blocks(said: type[Say]) -> None:
    one = Judged(CLAIMS[4], "mixed", (PART, said.part("for", "against")))
    assert (one.number.median, one.number.low, one.number.high) == (0.8, 0.7, 0.9)
    assert one.condition is not None and "100 sockets" in one.condition and one.lane == "model"
    assert len(one.blocks["run"]) == 2
    unknown = replace(one, verdict="not measured")
    assert (unknown.number, unknown.condition, unknown.lane) == (Estimate(), None, None)


def test_a_tally_says_where_it_turns(said: type[Say]) -> None:
    assert tally.tally(said.part("for", "for", "against", "against")) == "not slower in 2 of 4 blocks, slower in 2"
    assert tally.tally(said.part("for", "for", "for", "against")) == "not slower in 3 of 4 blocks, slower in 1 (from 100,000 sockets on)"
    assert tally.tally(said.part("against", "for", "for")) == "not slower in 2 of 3 blocks, slower in 1 (up to 100 sockets)"
    assert tally.tally(said.part("for", "for", "open")) == "not slower in 2 of 3 blocks, unresolved in 1 (from 10,000 sockets on)"
    assert tally.tally(said.part("for", "for", "for", "for")) == "not slower in all 4 blocks"
    assert tally.tally(said.part("open")) == "unresolved"


def test_a_tally_says_which_blocks_stand_apart(said: type[Say]) -> None:
    both = replace(PART, said=said.part("for", "for", "for", "for").said + said.part("against", algorithm="md5").said)
    assert tally.tally(both) == "not slower in 4 of 5 blocks, slower in 1 (tcp_ao/bgp_update md5)"
    some = replace(PART, said=said.part("for", "for", "for").said + said.part("for", "for", "against", algorithm="md5").said)
    assert tally.tally(some) == "not slower in 5 of 6 blocks, slower in 1 (tcp_ao/bgp_update md5 from 10,000 sockets on)"


def test_a_tally_in_brief(said: type[Say]) -> None:
    assert tally.brief(said.part("for", "for", "against", "open")) == "not slower in 2 of 4, slower in 1"
    assert tally.brief(said.part("for", "for")) == "not slower in all 2"
    assert tally.brief(said.part("against")) == "slower"
    assert tally.brief(said.part("open", "open")) == "unresolved in 2 of 2"


def test_a_line_says_claim_verdict_and_numbers(said: type[Say]) -> None:
    one = Judged(CLAIMS[4], "mixed", (said.part("for", "against"), PART))
    assert lines.brief(one, ["100 sockets"]) == (
        "A transform per socket is the right model: mixed; A 0.8 [tcp_ao/bgp_update, hmac(sha1)], not slower in 1 of 2, slower in 1."
    )
    common = lines.usual([one])
    assert common == ["tcp_ao/bgp_update", "hmac(sha1)", "100 sockets"]
    assert lines.says(one, common) == (
        "A takes 0.8 of B's time: not slower in 1 of 2 blocks, slower in 1; not measured: time of A"
    )


def test_what_is_missing_comes_first_if_that_is_the_verdict(said: type[Say]) -> None:
    one = Judged(CLAIMS[2], "not measured", (said.part("for"), PART))
    assert lines.says(one, lines.usual([one])) == "time of A; A takes 0.8 of B's time: not slower"
    assert lines.not_measured([one]) == "C3 (time of A)"
    left = Judged(CLAIMS[2], "not measured", (said.part("open"),))
    assert lines.not_measured([left]) == "C3 (unresolved)"


def test_the_answer_has_at_most_three_sentences_in_their_order(said: type[Say]) -> None:
    parts = tuple(replace(said.part("for"), name=str(n), sentence=f"Sentence {n}", place=n) for n in (4, 2, 3, 1))
    found = lines.answer([Judged(CLAIMS[0], "holds", parts)])
    assert found == [
        "Sentence 1 [tcp_ao/bgp_update, hmac(sha1), 100 sockets]; not slower.",
        "Sentence 2; not slower.",
        "Sentence 3; not slower.",
    ]
    assert lines.answer([Judged(CLAIMS[0], "not measured", (PART,))]) == [lines.NOTHING]


def test_less_time_is_said_with_its_interval() -> None:
    assert less_time(Estimate(0.75, 0.7, 0.8)).replace("\u00a0", " ") == "25.0 % less time (20.0 to 30.0 %)"
    assert less_time(Estimate(1.1, 1.05, 1.2)).replace("\u00a0", " ") == "10.0 % more time (5.0 to 20.0 %)"
    assert less_time(Estimate(0.99, 0.95, 1.02)).replace("\u00a0", " ") == "from 5.0 % less to 2.0 % more time"
    assert less_time(Estimate(0.99)) == "a time that is not resolved"


def test_runs_are_judged_together(tmp_path: Path) -> None:
    """A block that two runs measured counts once if they agree."""
    same = [results_of(tmp_path / name, synthetic.Truth(rounds=6, seed=seed, counted=False)) for name, seed in (("a", 1), ("b", 2))]
    other = results_of(tmp_path / "c", synthetic.Truth(rounds=6, ratio={"per_socket_tfm": 1.2}, counted=False))
    (one,) = [j for j in judged(*same) if j.claim.id == "C5"]
    assert [len(part.said) for part in one.measured] == [1] and list(one.blocks) == ["a"]
    (two,) = [j for j in judged(*same, other) if j.claim.id == "C5"]
    assert [[x.stand for x in part.said] for part in two.measured] == [["for", "against"]] and two.verdict == "mixed"


def test_without_questions_nothing_is_measured(standard: object) -> None:
    assert {one.verdict for one in judge([], ())} == {"not measured"} and len(judge([], ())) == len(CLAIMS)
