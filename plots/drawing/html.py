# SPDX-License-Identifier: MIT
"""HTML from templates. A template lies beside the code that fills it. Strings are escaped; HTML has the type Markup."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from plots.drawing import conditions, words
from plots.drawing.palette import mark

PLOTS = Path(__file__).resolve().parents[1]


@functools.cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(PLOTS),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.globals |= {"words": words, "conditions": conditions, "mark": mark}
    return environment


def render(template: str, **values: Any) -> Markup:
    """`template`: its path below plots/."""
    return Markup(_environment().get_template(template).render(values))


def piece(template: str, macro: str, **values: Any) -> Markup:
    """The output of one macro of a template. The macro has no arguments; the values are the template's."""
    found: Markup = getattr(_environment().get_template(template).make_module(values), macro)()
    return Markup(found.strip())
