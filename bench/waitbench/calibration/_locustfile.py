"""What locust is told: users who each ask evenly, as often as the environment says."""

from __future__ import annotations

import os

from locust import HttpUser, constant_throughput, task


class Reader(HttpUser):  # type: ignore[misc]  # locust is not installed where types are checked
    """Asks, waits until its next turn, and asks again."""

    wait_time = constant_throughput(float(os.environ["PER_USER"]))

    @task  # type: ignore[untyped-decorator]  # as above
    def ask(self) -> None:
        """Ask the target once."""
        self.client.get("/")
