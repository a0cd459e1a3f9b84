"""Pictures as tests look at them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.plots.drawn import Svg, drawn


@pytest.fixture
def svg() -> Callable[..., Svg]:
    """An SVG of a plot at a width."""
    return lambda name, width=174: Svg(drawn(name, width, "svg"))
