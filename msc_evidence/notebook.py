"""What makes the tables of the library show themselves in a notebook."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, ParamSpec

if TYPE_CHECKING:
    from msc_evidence.tables.table import Table

Given = ParamSpec("Given")


def shown_in_notebooks(function: Callable[Given, Table]) -> Callable[Given, Table]:
    """The function, its table one that a notebook shows."""

    @wraps(function)
    def made(*args: Given.args, **kwargs: Given.kwargs) -> Table:
        from msc_evidence.render.notebook import notebook_table

        return notebook_table(function(*args, **kwargs))

    return made
