# SPDX-License-Identifier: MIT
"""review.txt: the answer in a mail of 60 lines and 72 columns; review.md for a pull request."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from outputs import judged, markdown, review
from plots.claims import lines
from plots.claims.claims import CLAIMS
from plots.report.mail import LINES, strategies
from plots.report.markdown import cell
from plots.verdicts.question import Column
from plots.verdicts.results import Results
from references import FOLDERS, reference


def fits(text: str) -> bool:
    return text.isascii() and len(text.splitlines()) <= LINES and max(map(len, text.splitlines())) <= 72


def flat(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("name", FOLDERS)
def test_the_mail_of_every_reference_run_fits(name: str) -> None:
    text = review(reference(name))
    assert fits(text) and LINES == 60
    assert "more are in review-full.txt" not in text, "every strategy is in it"


@pytest.mark.parametrize("name", FOLDERS)
def test_the_committed_mail_fits_and_has_the_verdicts_of_now(name: str) -> None:
    text = (FOLDERS[name] / "report/review.txt").read_text(encoding="utf-8")
    assert fits(text)
    for one in judged(reference(name)):
        if one.verdict != "not measured":
            assert f"{one.claim.short}: {one.verdict};" in flat(text)
        else:
            assert f" {one.claim.id} (" in flat(text)


def test_the_mail_has_its_parts_in_their_order(standard: Results) -> None:
    text = review(standard)
    parts = ["Who should own a packet's crypto state", "* A transform per socket", "Lane model", "C1 The pool takes", "Not measured: C3"]
    parts += ["ratio to percpu_pool", "null", "Synthetic CPU", "revision 0123456789ab", "29 blocks", "Cannot be concluded:"]
    places = [flat(text).index(part) for part in parts]
    assert places == sorted(places)


def test_the_table_has_cost_latency_bytes_and_loss(standard: Results) -> None:
    text = review(standard)
    assert re.search(r"^ +ratio +verdict +p99 ns B/socket +B/CPU +refused$", text, re.M)
    assert re.search(r"^tfm_pool +1\.\d{3} +slower +\S+ +64 +\d+ B +[\d.]+%$", text, re.M)
    assert re.search(r"^null +0\.\d{3} +floor", text, re.M)


def test_what_is_not_measured_has_no_column(memory: Results) -> None:
    text = review(memory)
    assert re.search(r"^ +B/socket +B/CPU$", text, re.M) and "verdict" not in text


def test_a_table_that_does_not_fit_says_how_many_are_left_out() -> None:
    names = [f"strategy_{n}" for n in range(20)]
    column = Column("ratio", 8, {name: "1.000" for name in names}, "ratio", "here")
    whole = strategies(names, [column], ["here"], 22)
    assert len(whole) == 22 and whole[0] == "ratio"
    cut = strategies(names, [column], ["there"], 12)
    assert len(cut) == 12 and cut[0] == "ratio (here)" and cut[-1] == "11 more are in review-full.txt."
    assert strategies(names, [], [], 12) == []


def test_a_run_that_is_not_whole_says_so_in_the_mail(standard: Results) -> None:
    blocks = tuple(replace(b, strategies=tuple(replace(s, forged_accepted=1) for s in b.strategies)) for b in standard.blocks[:1])
    assert "! 6 packets judged wrongly: do not trust this run." in flat(review(replace(standard, blocks=blocks)))


def test_the_mail_gives_the_command_that_repeats_it() -> None:
    assert re.search(r"^  build/release/tfmbench run --from \S+consumers$", review(reference("consumers")).replace("\\\n    ", ""), re.M)


def test_the_pull_request_has_a_row_for_each_claim(standard: Results) -> None:
    text = markdown(standard)
    for one in judged(standard):
        assert f"| {one.claim.id} | {one.claim.says} | **{one.verdict}** |" in text
    assert f"**{lines.QUESTION}**" in text and "| `per_socket_tfm` | 0." in text
    rows = [line for line in text.splitlines() if line.startswith("| C")]
    assert len(rows) == len(CLAIMS) and {row.count(" | ") for row in rows} == {3}


def test_a_bar_in_a_cell_does_not_end_it() -> None:
    assert cell("a|b") == "a\\|b"
