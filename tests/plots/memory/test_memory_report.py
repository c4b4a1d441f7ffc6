# SPDX-License-Identifier: MIT
"""Reports of memory: tables, texts for a mail, figures, claims, fragmentation."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import synthetic
from conftest import results_of
from outputs import answers, choose, read, full, summary, table
from plots.cli import main
from plots.drawing import words
from plots.drawing.svg import inline, render
from plots.memory import tables as memory_tables
from plots.report.figures import draw_all
from plots.verdicts.counted import Charge, Memory, Moment, Resident
from plots.verdicts.results import Results


def test_the_claims_about_memory_are_answered(memory: Results) -> None:
    found = {claim.id: text for claim, text in answers(memory)[0]}
    assert list(found) == ["C2", "C3", "C8"]
    said = "23 sockets (8 possible CPUs; between 10 and 50 measured), 100 (64; 50 and 100) and 719 (512; 500 and 1,000)"
    assert said in found["C2"] and "their predictions are exact" in found["C2"] and "(exact fits; 3 of 3" in found["C2"]
    assert "3 of 3 confirmed" in found["C2"] and "not measured in this run" in found["C2"]
    assert "1,000,000 sockets took 61.0 MiB with percpu_pool and 412 MiB with per_socket_tfm" in found["C2"]
    assert "saves 1,088 B on each CPU" in found["C3"] and "65,400 B were still held" in found["C3"]
    assert "takes 65,520 B while in flight" in found["C3"]
    assert "opened one socket for each of 170 algorithms. The first socket of the next algorithm was refused (enospc)" in found["C8"]
    assert "per_socket_tfm and per_request_key opened all 1,000. With 170 algorithms all sockets opened" in found["C8"]
    assert "384 B on every possible CPU and 64 B once" in found["C8"]
    assert "on 512 CPUs. Several algorithms were measured on up to 8 CPUs." in found["C8"]


def test_a_bound_is_never_less_than_what_it_bounds() -> None:
    shown = [words.bound(v).replace("\u00a0", " ") for v in (0.0, 1e-6, 0.005, 0.006, 0.231, 12.0)]
    assert shown == ["0 %", "0.005 %", "0.005 %", "0.01 %", "0.24 %", "12 %"]


def test_the_texts_are_for_a_mail(memory: Results) -> None:
    for text in (full(memory), table(memory)):
        assert text.isascii() and max(map(len, text.splitlines())) <= 72
    text = full(memory)
    assert re.search(r"^percpu_pool +4,160 +508 +384 +64 +0 +0\.00 %$", text, re.M)
    assert re.search(r"^per_socket_tfm > percpu_pool +23 +100 +719$", text, re.M)
    assert "171 alg.: percpu_pool, tfm_pool 170 of 1,000 (enospc)" in " ".join(text.split())
    assert "ns per packet" not in table(memory) and "Live bytes by sockets" in table(memory)


def test_a_mail_has_one_table_of_each_kind(memory: Results, tmp_path: Path) -> None:
    text = full(memory)
    for kind in ("Live bytes by sockets", "Live bytes by scratch", "Resident over live bytes", "Live bytes by owner", "Bytes:"):
        assert len(re.findall(f"^{kind}", text, re.M)) == 1, kind
    more = sum(len(tables) - 1 for tables in memory_tables.counted(memory).values())
    assert more > 0 and f"{more} more tables, the columns" in " ".join(text.split())
    assert re.search(r"^ +1 +100 +1,000 +10,000 +1,000,000$", text, re.M), "the first, the last, and some between"
    assert re.search(r"^ +glibc +glibc +jemalloc +jemalloc\n +fresh +aged +fresh +aged$", text, re.M)
    assert "tfm_pool  " in text and " > tfm_pool" not in text and " > tfm_pool" in str(memory_tables.crossovers(memory))
    assert "Not measured in this run: C1, C4," in " ".join(text.split()) and len(text.splitlines()) < 230

    blocks = [synthetic.axes(sockets=n, possible_cpus=cpus, provider=p) for p in ("nettle", "openssl") for n in (10, 1000) for cpus in (8, 64)]
    text = full(results_of(tmp_path / "run", synthetic.Truth(blocks=blocks, timed=False)))
    assert text.count("\nBytes: ") == 1 and "\nBytes per CPU: (1) openssl\n" in text
    assert re.search(r"^per_socket_tfm +432$", text.split("in the same order")[1], re.M)


def test_every_counted_block_is_in_a_table_once(memory: Results) -> None:
    tables = memory_tables.Tables.of(memory).counted
    assert len({t.heading for t in tables}) == len(tables)
    for found in memory_tables.counted(memory).values():
        assert [len(t.columns) for t in found] == sorted((len(t.columns) for t in found), reverse=True)
    assert {t.heading.split(":")[0] for t in tables} == {
        "Live bytes by sockets", "Live bytes by algorithms in parallel", "Live bytes by scratch", "Resident over live bytes, of what the strategy added",
    }  # fmt: skip


def test_the_page_has_the_tables(memory: Results) -> None:
    assert main(["report", str(memory.run.path)]) == 0
    text = (memory.run.path / "report" / "report.html").read_text()
    assert "Crossovers, in sockets" in text and "per_socket_tfm &gt; percpu_pool" in text
    assert "No block of this run was timed." not in text
    names = {path.name for path in (memory.run.path / "report" / "figures").glob("*.png")}
    assert {
        "memory-tcp_ao-bgp_update-hmac_sha1-nettle.png",
        "possible_cpus-tcp_ao-bgp_update-hmac_sha1-nettle-1000_sockets.png",
        "algorithms-tcp_ao-bgp_update-hmac_sha1-nettle-1000_sockets.png",
        "scratch-tcp_ao-bgp_update-hmac_sha1-nettle-1000_sockets.png",
        "owners-tcp_ao-bgp_update-hmac_sha1-nettle.png",
        "fragmentation-tcp_ao-bgp_update-hmac_sha1-nettle-100000_sockets.png",
    } == names


def test_the_figures_say_what_they_show(memory: Results) -> None:
    chosen, _ = choose(memory)
    main_ones = [one for one in chosen if one.main and one.kind.counted]
    drawn = {one.kind.name: (figure, render(figure)) for one, figure in draw_all(memory, main_ones)}
    assert ">19–24<" in drawn["memory"][1] and ">1,000<" in drawn["memory"][1], "the crossovers of the baseline"
    assert all(f">{word}<" in drawn["owners"][1] for word in ("shared", "per CPU", "scratch", "sockets", "request", "rounding"))
    assert ">1.20<" in drawn["fragmentation"][1] and ">glibc, aged heap<" in drawn["fragmentation"][1]
    assert "A cross" in drawn["algorithms"][0].caption and ">171<" in drawn["algorithms"][1] and ">170<" not in drawn["algorithms"][1]
    assert ">65,400<" in drawn["scratch"][1] and "A cross" in drawn["scratch"][0].caption
    assert "A cross" not in drawn["possible_cpus"][0].caption
    figure, svg = drawn["owners"]
    assert "#cf6a78" in svg and "#cf6a78" not in inline(svg, figure, "f-"), "the owners' colours follow the page"


def test_bytes_are_shown_by_owner_and_as_rounded(memory: Results) -> None:
    (owners,) = memory_tables.by_owner(memory)
    assert owners.heading.endswith("1,000 sockets, 8 possible CPUs")
    assert ("percpu_pool", ["4.1 KiB", "3.5 KiB", "480 B", "62.5 KiB", "78.4 KiB", "5"]) in owners.rows
    found = summary(memory)["blocks"]
    (block,) = (b for b in found if (b["sockets"], b["allocator"], b["heap"]) == (100_000, "jemalloc", "aged"))
    (pool,) = (s for s in block["strategies"] if s["name"] == "per_socket_tfm")
    assert pool["bytes_rounded"] == pool["bytes_total"] + 100_000 * 8 + 4 * 8
    assert pool["blocks"] == 5 and pool["fragmentation"] == pytest.approx(1.2, abs=1e-6)
    (small,) = (b for b in found if (b["sockets"], b["possible_cpus"]) == (10, 8))
    assert all(s["fragmentation"] is None for s in small["strategies"]), "too little to tell"
    assert "glibc rounds these to 72 and 440 B per socket" in dict((c.id, t) for c, t in answers(memory)[0])["C2"]


def test_headroom_stands_beside_every_figure_of_memory(tmp_path: Path) -> None:
    blocks = [synthetic.axes(sockets=n, possible_cpus=cpus) for n in (10, 1000) for cpus in (8, 64)]
    folder = synthetic.write_run(tmp_path / "run", synthetic.Truth(blocks=blocks, timed=False, strategies=("null", "percpu_pool", "per_socket_tfm")))
    for path in (folder / "rounds").iterdir():
        data = json.loads(path.read_text())
        for cell in data["cells"]:
            cell["memory"]["skb_headroom_bytes"] = 512 if cell["name"] == "per_socket_tfm" else 0
        path.write_text(json.dumps(data))
    results = read(folder)
    note = "per_socket_tfm also takes 512 B of headroom in front of every packet, which no number here includes"
    found = memory_tables.Tables.of(results)
    tables = [*found.fits, *found.crossovers, *found.owners, *found.counted]
    assert len(tables) >= 4 and all(note in table.notes for table in tables)
    assert memory_tables.crossovers(results, "percpu_pool")[0].notes == [note]
    assert " ".join(full(results).split()).count(f"! {note}") >= 3
    chosen, _ = choose(results)
    captions = [figure.caption for _, figure in draw_all(results, [one for one in chosen if one.kind.counted])]
    assert captions and all(text.endswith(f" {note}.") for text in captions)


def test_fragmentation_is_of_what_the_strategy_added() -> None:
    def at(live: int | None, held: int | None) -> Resident:
        return Resident(live, held, 0, 0)

    def counted(before: Resident, opened: Resident, closed: Resident) -> Memory:
        nothing = Moment(Charge(0, None, None), {})
        resident = {"before": before, "open": opened, "closed": closed}
        return Memory(1, 2, 2, None, nothing, nothing, nothing, nothing, None, resident)

    mib = 1 << 20
    idle = counted(at(5, 7), at(5, 7), at(5, 7))
    one = counted(at(50 * mib, 60 * mib), at(58 * mib, 70 * mib), at(50 * mib, 69 * mib))
    assert one.fragmentation(idle) == 10 / 8 and one.kept_bytes(idle) == 9 * mib
    # Ageing left 50 MiB live of 100 MiB resident; a pool of 6 MiB took 2 MiB of new pages and leaves one.
    alone = counted(at(0, 0), at(50 * mib, 100 * mib), at(50 * mib, 100 * mib))
    pool = counted(at(0, 0), at(56 * mib, 102 * mib), at(50 * mib, 101 * mib))
    assert pool.fragmentation(alone) == 2 / 6 and pool.kept_bytes(alone) == mib
    assert alone.fragmentation(alone) is None, "the floor adds nothing"
    assert pool.fragmentation(None) is None and pool.kept_bytes(None) is None, "without the floor nothing is reported"
    assert counted(at(0, 0), at(mib - 1, 2 * mib), at(0, 0)).fragmentation(idle) is None
    silent = counted(at(None, None), at(mib, mib), at(0, 0))
    assert silent.fragmentation(idle) is None and silent.kept_bytes(idle) is None
    assert one.fragmentation(silent) is None
