"""`guanchao ingest --engine ray`: Ray Data reads, cleans, cuts and embeds; this process alone writes.

In place of `ReaderPool`: the same outcomes in the same order, and the vectors of their passages beforehand.
"""

from __future__ import annotations

import logging
import os
import pickle
from collections.abc import Callable, Iterable, Iterator, Sequence
from types import TracebackType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from docs_store.errors import GuanchaoError, MissingExtraError
from docs_store.settings import Settings
from ingest.preparing import Outcome
from ingest.ray_stages import EmbeddingActor, FilePart, Reader
from ingest.reader_pool import ReadTask

_MEMORY = 200_000_000  # bytes of Ray's object store on this machine
# Ray's own name for a switch that has it listen on loopback alone, on every system; read when Ray is imported.
_THIS_MACHINE_ALONE = "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"
_FILES_A_BLOCK = 256  # files in a block

Remember = Callable[[Sequence[str], NDArray[np.float32]], None]


class RayError(GuanchaoError):
    """Ray cannot be started or reached, or a stage failed for good."""


class RayReading:
    """Use as a context manager; starts Ray on this machine, or joins a cluster whose machines see the same files."""

    def __init__(self, settings: Settings, size: float, address: str | None, remember: Remember) -> None:
        """Starts nothing yet.

        Args:
            settings: how to read and with which model to embed.
            size: of all files, in bytes.
            address: of the cluster; None means Ray on this machine.
            remember: takes the vectors of texts before the outcomes that need them are handed on.
        """
        self._settings, self._size, self._address = settings, size, address
        self._remember = remember
        self._mine = False

    def __enter__(self) -> Self:
        """Starts or joins Ray. Raises MissingExtraError, RayError."""
        os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
        if self._address is None:
            os.environ[_THIS_MACHINE_ALONE] = "0"
        try:
            import ray
            import ray.data
        except ModuleNotFoundError as error:
            raise MissingExtraError.of("guanchao ingest --engine ray", "ray") from error
        try:
            if not ray.is_initialized():
                ray.init(**self._options())
                self._mine = True
        except (ConnectionError, RuntimeError, ValueError, OSError) as error:
            raise RayError(
                f"启动或连接 Ray 失败（{error}），请检查 --ray-address，或去掉 --engine ray 用本机收录。"
            ) from error
        for name in ("ray", "ray.data"):
            logging.getLogger(name).setLevel(logging.ERROR)
        context = ray.data.DataContext.get_current()
        context.execution_options.preserve_order = True
        context.enable_progress_bars = False
        return self

    def _options(self) -> dict[str, Any]:
        quiet = {"include_dashboard": False, "log_to_driver": False, "logging_level": "error"}
        if self._address is not None:
            return {"address": self._address, "log_to_driver": False, "logging_level": "error"}
        return quiet | {
            "address": "local",
            "_node_ip_address": "127.0.0.1",
            "object_store_memory": _MEMORY,
        }

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stops Ray, or leaves the cluster."""
        if self._mine:
            import ray

            ray.shutdown()

    def read(self, jobs: Iterable[ReadTask]) -> Iterator[tuple[ReadTask, Iterator[Outcome]]]:
        """Every file with what became of its articles, in the order given.

        Iterating over a file's articles raises UnreadableArticleError or OSError where the whole file cannot be read, and
        RayError where Ray gave up.
        """
        waiting = list(jobs)
        if not waiting:
            return
        rows = self._rows(waiting)
        for number, job in enumerate(waiting):
            yield job, self._outcomes(number, rows)

    def _rows(self, jobs: Sequence[ReadTask]) -> Iterator[tuple[int, int, bool, FilePart]]:
        import ray
        import ray.data
        from ray.exceptions import RayError as FailedError

        cluster: dict[str, float] = ray.cluster_resources()  # type: ignore[no-untyped-call]
        cores = int(cluster.get("CPU", 1))
        files = [{"job": i, "data": pickle.dumps(job)} for i, job in enumerate(jobs)]
        blocks = max(1, min(len(files), max(cores, len(files) // _FILES_A_BLOCK)))
        read = ray.data.from_items(files, override_num_blocks=blocks).map_batches(
            Reader,
            fn_constructor_args=(self._settings, self._size),
            batch_size=1,
            compute=ray.data.ActorPoolStrategy(min_size=1, max_size=max(1, cores // 2)),
            num_cpus=0.5,
        )
        embedded = read.map_batches(
            EmbeddingActor,
            fn_constructor_args=(self._settings,),
            batch_size=1,
            compute=ray.data.ActorPoolStrategy(min_size=1, max_size=max(1, cores // 2)),
            num_cpus=0.5,
        )
        seen: set[tuple[int, int]] = set()
        try:
            for row in embedded.iter_rows():
                key = int(row["job"]), int(row["part"])
                if key not in seen:  # one that was read again after a crash
                    seen.add(key)
                    yield *key, bool(row["last"]), pickle.loads(row["data"])
        except FailedError as error:
            said = " ".join(str(error).split())[:200]
            raise RayError(f"Ray 没有做完（{said}），已收录的不受影响，请再运行一次接着来。") from error

    def _outcomes(self, number: int, rows: Iterator[tuple[int, int, bool, FilePart]]) -> Iterator[Outcome]:
        for job, _, last, part in rows:
            assert job == number, "parts come in order"
            if part.vectors is not None:
                self._remember(part.texts, part.vectors)
            yield from part.outcomes
            if part.error is not None:
                raise part.error
            if last:
                return
        raise RayError("Ray 没有把文件读完，已收录的不受影响，请再运行一次接着来。")
