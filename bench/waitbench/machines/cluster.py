"""A cluster of Dask's: that of a scheduler, or one of this machine's own for trying it out."""

from __future__ import annotations

import logging
import re
import socket
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from waitbench.machines import crew, task
from waitbench.machines.crew import RESOURCE
from waitbench.registry import optional
from waitbench.scenario import BenchError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

ANSWERS_WITHIN_S = 15.0
UP_WITHIN_S = 60.0
MOST_LOCAL = 64
ADDRESS = re.compile(r"([a-z]+://)?[^\s/]+:\d{1,5}")


class SchedulerLostError(BenchError):
    """The scheduler does not answer any more."""


class Cluster:
    """What is asked of Dask; a test of the scheduling puts another in its place.

    Args:
        client: of `distributed`.
        alone: whether a machine has one launch at a time, whatever runs there.
    """

    def __init__(self, client: Any, *, alone: bool = True) -> None:
        self._client, self.alone = client, alone

    @property
    def local(self) -> bool:
        """Whether it is one of this machine's own, whose workers share it."""
        return not self.alone

    def workers(self) -> dict[str, Mapping[str, float]]:
        """Return the resources of each worker by its address.

        Raises:
            SchedulerLostError: it does not answer.
        """
        if self._client.status != "running":
            raise SchedulerLostError("the scheduler was lost")
        try:
            # `scheduler_info` may answer with no workers at all: what it has just asked for is
            # written over every two seconds by a call of the client's own that asks for none.
            identity = self._client.scheduler.identity
            workers = self._client.sync(identity, n_workers=-1, callback_timeout=ANSWERS_WITHIN_S)[
                "workers"
            ]
        except Exception as fault:  # noqa: BLE001 - Dask raises whatever its connection met
            raise SchedulerLostError(f"the scheduler was lost ({type(fault).__name__})") from None
        return {address: facts.get("resources") or {} for address, facts in workers.items()}

    def describe(self, addresses: Sequence[str], seed: int) -> dict[str, object]:
        """Return what each of these workers says of its machine, or the error that it ended in."""
        return self.run(crew.description, seed, addresses=addresses)

    def run(
        self, function: Callable[..., object], *arguments: object, addresses: Sequence[str]
    ) -> dict[str, object]:
        """Return what a function answers at once on each of these workers, or its error."""
        try:
            answers: dict[str, object] = self._client.run(
                function, *arguments, workers=list(addresses), on_error="return"
            )
        except Exception as fault:  # noqa: BLE001 - as above; they are asked again later
            return dict.fromkeys(addresses, fault)
        return answers

    def submit(self, order: bytes, token: str, within_s: float, member: crew.Member) -> Any:
        """Give a worker one launch; return its future.

        It is pinned to that worker: if Dask loses it, the launch is for us to give to another.
        """
        return self.call(
            task.measure, order, token, within_s, self.alone, token=token, member=member
        )

    def call(
        self, function: Callable[..., object], *arguments: object, token: str, member: crew.Member
    ) -> Any:
        """Have a worker call a function as a task that no other takes; return its future."""
        return self._client.submit(
            function,
            *arguments,
            key=f"waitbench-{token}",
            workers=[member.address],
            allow_other_workers=False,
            resources={RESOURCE: 1} if member.resourced else None,
            retries=0,
            pure=False,
        )

    def wait(self, futures: Sequence[Any], within_s: float) -> list[Any]:
        """Return those that are over, waiting no longer than that for the first."""
        from distributed import wait

        if futures:
            # Futures of a lost scheduler are cancelled, which is an error of waiting.
            with suppress(Exception):
                wait(futures, timeout=within_s, return_when="FIRST_COMPLETED")
        return [future for future in futures if future.status != "pending"]

    def outcome(self, future: Any) -> task.Outcome:
        """Return what became of a launch that is over; an error of Dask's as one that failed.

        Raises:
            SchedulerLostError: nobody cancelled it, and yet it is cancelled.
        """
        if future.status in {"cancelled", "lost"}:
            raise SchedulerLostError("the scheduler was lost")
        try:
            name, text = future.result(timeout=ANSWERS_WITHIN_S)
        except Exception as fault:  # noqa: BLE001 - as above: a worker that was killed, mostly
            return "failed", f"its worker was lost ({type(fault).__name__})"
        return str(name), str(text)

    def cancel(self, futures: Sequence[Any]) -> None:
        """Let launches go: their machines notice that nobody wants them, and end them."""
        with suppress(Exception):
            self._client.cancel(list(futures), force=True)

    @property
    def own_host(self) -> str:
        """Address of this machine, as its scheduler's machine reaches it."""
        host, _, port = self._client.scheduler.address.rpartition("/")[2].rpartition(":")
        family = socket.AF_INET6 if host.startswith("[") else socket.AF_INET
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((host.strip("[]"), int(port)))  # nothing is sent
            return str(probe.getsockname()[0])


@contextmanager
def opened(scheduler: str | None, machines: int | None) -> Iterator[Cluster]:
    """Connect to a scheduler, or start workers on this machine; all of that ends with the block.

    Certificates are those of Dask's own settings (`distributed.comm.tls`).

    Args:
        scheduler: its address; None for a cluster of this machine.
        machines: how many workers that has.

    Raises:
        BenchError: there is no such scheduler, or `distributed` is missing.
    """
    optional.need("--scheduler" if scheduler else "--machines", "distributed")
    if scheduler is not None and not ADDRESS.fullmatch(scheduler):
        raise BenchError(
            f"--scheduler={scheduler!r} is no address; write it like tcp://10.0.0.5:8786, or "
            "tls://… where Dask's settings name certificates"
        )
    from distributed import Client, LocalCluster, Security

    certified = Security().get_connection_args("client").get("ssl_context")
    if scheduler is not None and scheduler.startswith("tls://") and not certified:
        raise BenchError(
            f"{scheduler} needs certificates: name them in Dask's settings, as "
            "distributed.comm.tls in ~/.config/dask/tls.yaml (see docs/machines.md)"
        )
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    if scheduler is not None:
        try:
            client = Client(scheduler, timeout=ANSWERS_WITHIN_S, set_as_default=False)
        except Exception as refused:  # noqa: BLE001 - as above, its settings among them
            raise BenchError(
                f"no scheduler answers at {scheduler} ({_in_a_line(refused)}); `dask scheduler` "
                "starts one, and `dask worker ADDRESS --nthreads 1 --resources waitbench=1` "
                "its workers"
            ) from None
        try:
            yield Cluster(client)
        finally:
            with suppress(Exception):
                client.close(timeout=ANSWERS_WITHIN_S)
        return
    with (
        LocalCluster(
            n_workers=machines,
            threads_per_worker=1,
            processes=True,
            resources={RESOURCE: 1},
            dashboard_address=None,
            memory_limit=0,
            silence_logs=logging.CRITICAL,
        ) as local,
        Client(local, set_as_default=False) as client,
    ):
        yield Cluster(client, alone=False)


def checked(scheduler: str | None, machines: str | None) -> tuple[str | None, int | None]:
    """Return what `--scheduler` and `--machines` ask for.

    Raises:
        BenchError: both, or a number that is none.
    """
    if scheduler and machines:
        raise BenchError("--scheduler has machines of its own: give that or --machines, not both")
    if machines is None:
        return scheduler, None
    if not _in_reach(machines):
        raise BenchError(f"--machines={machines!r} is no number of workers; 1 to {MOST_LOCAL}")
    return None, int(machines)


def senders(text: str) -> tuple[str | None, int | None]:
    """Return what `--load-from` asks for: the address of a scheduler, or so many workers here.

    Raises:
        BenchError: it is neither.
    """
    if ADDRESS.fullmatch(text):
        return text, None
    if not _in_reach(text):
        raise BenchError(
            f"--load-from={text!r} is neither an address, like tcp://10.0.0.5:8786, nor a number "
            f"of workers on this machine, 1 to {MOST_LOCAL}"
        )
    return None, int(text)


def _in_reach(text: str) -> bool:
    return text.isdecimal() and 1 <= int(text) <= MOST_LOCAL


def _in_a_line(fault: Exception) -> str:
    return " ".join(str(fault).split()) or type(fault).__name__
