"""waitbench: which concurrency model does this Python work need, and what does each cost?"""

TYPE_CHECKING = False  # workers import this, and start light
if TYPE_CHECKING:
    from waitbench.advisor.api import advise

__all__ = ["advise"]


def __getattr__(name: str) -> object:
    """Import what is public when it is asked for."""
    if name == "advise":
        from waitbench.advisor.api import advise

        return advise
    raise AttributeError(f"module 'waitbench' has no attribute {name!r}")
