# SPDX-License-Identifier: MIT
"""Checks of a page and of a mail."""

from __future__ import annotations

from html.parser import HTMLParser


def narrow_ascii(text: str) -> bool:
    return text.isascii() and max(map(len, text.splitlines())) <= 72


class Page(HTMLParser):
    """Collects what a page would load, its ids, its links, and its elements that are still open."""

    void = {"meta", "link", "br", "hr", "img", "input"}

    def __init__(self) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.open: list[str] = []
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        if tag not in self.void:
            self.open.append(tag)
        for name, value in attributes:
            if name == "id":
                self.ids.append(value or "")
            elif name == "src" or (name in ("href", "xlink:href") and tag != "a"):
                self.loads.append(value or "")
            elif name == "href":
                self.links.append(value or "")

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attributes)
        if tag not in self.void:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag
