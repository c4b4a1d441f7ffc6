# SPDX-License-Identifier: MIT
"""The mail's text: it explains itself, and no column touches the next one."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

import synthetic
from conftest import results_of
from outputs import full, write_report
from plots.cost.words import how_to_read
from plots.drawing import words
from plots.drawing.layout import Table, beside
from plots.registry import QUESTIONS
from plots.report import provenance
from plots.verdicts.results import Results

def flat(text: str) -> str:
    return " ".join(text.split())


def test_a_mail_points_to_the_document_of_claims(side_by_side: Results) -> None:
    text = flat(full(side_by_side))
    assert "Not measured in this run: C3, C8, C9 (see docs/claims.md)." in text


def test_the_heads_of_injected_failures_stand_apart(side_by_side: Results) -> None:
    text = full(side_by_side)
    heads = [line.split() for line in text.split("\n") if "refused" in line and "alloc/pkt" in line]
    assert heads == [["packets", "refused", "dropped", "share", "B/socket", "alloc/pkt"]] * 4
    assert re.search(r"^per_socket_tfm +[\d,]+ +[\d,]+ +[\d,]+ +\d\.\d{3} % +\d+ +\d", text, re.M)


@pytest.mark.parametrize(
    ("said", "name"),
    [("KVMKVMKVM", "KVM"), ("Microsoft Hv", "Hyper-V"), ("VMwareVMware", "VMware"), ("XenVMMXenVMM", "Xen"), ("ACRNACRNACRN", "ACRNACRNACRN")],
)
def test_a_hypervisor_has_a_name(standard: Results, tmp_path: Path, said: str, name: str) -> None:
    run = replace(
        standard.run,
        machine=standard.run.machine | {"hypervisor": said},
        warnings=(f"a virtual machine ({said}): neighbours show",),
        libraries={"jemalloc": "5.3.0-0-g54eaed1d8b56b1aa528be3bdd1877e59c56fa90c", "zlib": "1.2.13"},
    )
    results = replace(standard, run=run)
    text = flat(full(results))
    assert f"hypervisor {name}, governor" in text and f"a virtual machine ({name}): neighbours show" in text
    assert (said in text) == (said == name)
    assert "libraries: jemalloc 5.3.0, zlib 1.2.13 matrix:" in text
    if said == "KVMKVMKVM":
        page = write_report(results, tmp_path / "report").read_text()
        assert "(KVM): neighbours" in page and "jemalloc 5.3.0," in page and said not in page


def test_a_version_loses_only_its_hash(standard: Results) -> None:
    def shown(version: str | None) -> str:
        run = replace(standard.run, libraries={"x": version})
        return dict(provenance.conditions(replace(standard, run=run), QUESTIONS))["libraries"]

    assert [shown(v) for v in ("5.3.0-7-g54eaed1d8b", "3.0-beta", "1.2-gcc", None)] == ["x 5.3.0-7", "x 3.0-beta", "x 1.2-gcc", "x not known"]


def test_one_block_is_not_all_of_them(tmp_path: Path) -> None:
    assert [words.over_all(n, "block") for n in (1, 2)] == ["over the one block", "over all 2 blocks"]
    text = flat(full(results_of(tmp_path / "run", synthetic.Truth(rounds=6, counted=True))))
    assert "all 1 " not in text


def test_how_comparisons_hold_together(standard: Results, side_by_side: Results) -> None:
    (said,) = (text for text in how_to_read(standard) if "Bonferroni" in text)
    assert "so that all comparisons of a block hold together with 95 % (98.75 % for each of 4)." in said
    (said,) = (text for text in how_to_read(side_by_side) if "Bonferroni" in text)
    assert re.search(r"\((\d\d\.\d\d % for each of \d+(, |\)))+\. Blocks", said) and "99.38 % for each of 8," in said


def test_columns_are_even_or_narrow_before_any_is_left_out() -> None:
    def head(columns: list[str]) -> str:
        return beside(Table("heading", columns, [("row", ["1"] * len(columns))], []))[2]

    assert head(list("abcdef")) == " " * 18 + "".join(f"{c:>9}" for c in "abcdef")
    assert head(list("abcdefg")) == " " * 18 + "".join(f"{c:>2}" for c in "abcdefg"), "seven have no room for that"
    wide = [f"wordword{i}" for i in range(7)]
    assert head(wide) == " " * 18 + "".join(f"{wide[i]:>10}" for i in (0, 2, 3, 4, 6)), "nor these, however narrow"
