"""The type of what a Vega-Lite specification is made of."""

from typing import Any

Vega = dict[str, Any]
"""A piece of a specification, or a row of the data that it draws: JSON of Vega-Lite's own form."""
