"""waitbench: which concurrency model does this Python work need, and what does each cost?"""

TYPE_CHECKING = False  # workers import this, and start light
if TYPE_CHECKING:
    from waitbench.advisor.api import advise
    from waitbench.api.changes import Comparison, compare
    from waitbench.api.models import race_models
    from waitbench.api.racing import race
    from waitbench.api.run import Run, load
    from waitbench.scenario import BenchError

__version__ = "0.1.0"
"""As in pyproject.toml; to ask the installed package for it would take longer than to say it."""
__all__ = [
    "BenchError",
    "Comparison",
    "Run",
    "__version__",
    "advise",
    "compare",
    "load",
    "race",
    "race_models",
]

_PLACES = {
    "BenchError": "scenario",
    "Comparison": "api.changes",
    "Run": "api.run",
    "advise": "advisor.api",
    "compare": "api.changes",
    "load": "api.run",
    "race": "api.racing",
    "race_models": "api.models",
}
"""The module that each public name stands in, imported when it is asked for."""


def __getattr__(name: str) -> object:
    """Import what is public when it is asked for."""
    if name in _PLACES:
        from importlib import import_module

        return getattr(import_module(f"waitbench.{_PLACES[name]}"), name)
    raise AttributeError(f"module 'waitbench' has no attribute {name!r}")


def __dir__() -> list[str]:
    """Return the public names, for those who complete them."""
    return sorted([*globals(), *__all__])
