"""The process in which the local language model runs: llama.cpp's server on loopback, ordered by its parent.

A process of its own, because loading a model there holds Python's lock: for the 15 seconds that it takes, a server that
loads it in a thread would answer nobody. A model that runs out of memory does not take the program with it either.

Reads one line of JSON (`rag.llama.LlamaOptions`) from standard input, writes one line of JSON, {"address"} or {"error"}, and ends
when standard input does, which also happens when the parent is killed.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from typing import Any


def main(change: Callable[[Any], None] | None = None) -> None:
    """Runs until standard input is closed; `change` as in `start`."""
    job = json.loads(sys.stdin.readline())
    # llama.cpp may write to standard output: what is meant for the parent goes where nothing else does.
    answer = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    try:
        server = start(job, change)
        said = {"address": server.listening_address}
    except Exception as error:  # whatever it is, the parent says it to the user
        said = {"error": f"{type(error).__name__}: {error}"}
    answer.write(json.dumps(said) + "\n")
    answer.close()
    if "address" in said:
        while sys.stdin.readline():
            pass
    os._exit(0)  # without llama.cpp's own farewell, which waits for answers under way


def start(job: dict[str, Any], change: Callable[[Any], None] | None = None) -> Any:
    """llama.cpp's server for a job; `change` may set what the job does not speak of, for measuring it."""
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = job["model"]
    params.n_ctx = job["context_tokens"]
    params.kv_unified = True
    params.n_parallel = job["slots"]
    params.n_gpu_layers = 0
    params.verbosity = -1
    params.endpoint_metrics = False
    params.cpuparams.n_threads = job["threads"]
    params.cpuparams_batch.n_threads = job["threads"]
    params.cache_ram_mib = 0  # else it keeps up to 8 GB of prompts that were read once
    params.slot_save_path = job["slot_folder"] + os.sep
    if job["draft_after"]:
        params.speculative.types = [xllamacpp.common_speculative_type.COMMON_SPECULATIVE_TYPE_NGRAM_SIMPLE]
        params.speculative.ngram_simple.size_n = job["draft_after"]
        params.speculative.ngram_simple.size_m = job["draft_tokens"]
    params.hostnames = ["127.0.0.1"]
    params.port = job["port"]
    if change is not None:
        change(params)
    return xllamacpp.Server(params)


if __name__ == "__main__":
    main()
