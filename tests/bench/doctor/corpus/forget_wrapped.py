"""A decorator of the program's own makes the coroutine."""

import asyncio
from collections.abc import Callable
from functools import wraps
from typing import Any


def logged(function: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(function)
    def wrapper(*arguments: Any) -> Any:
        return function(*arguments)  # fault

    return wrapper


@logged
async def save() -> None:
    await asyncio.sleep(0.01)


async def main() -> None:
    await asyncio.sleep(0.02)
    save()
    await asyncio.sleep(0.05)
