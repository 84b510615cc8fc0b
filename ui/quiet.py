"""Settles the environment that libraries read at import: no telemetry, no chatter on stdout, no proxy that ends the program.

Import it before them.
"""

from __future__ import annotations

import logging
import os
import warnings

from docs_store.network import proxies
from ui import gradio_stubs

_OFF = {
    "ANONYMIZED_TELEMETRY": "False",
    "GRADIO_ANALYTICS_ENABLED": "False",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",
    "DO_NOT_TRACK": "1",
    "LANGSMITH_TRACING": "false",
    "LANGCHAIN_TRACING_V2": "false",
    "TOKENIZERS_PARALLELISM": "false",
    "TRANSFORMERS_VERBOSITY": "error",
    "TQDM_DISABLE": "1",
}


def hush(*, debug: bool = False) -> list[str]:
    """Sets the environment that the libraries read at import, and quiet logging unless `debug`.

    Returns the names of proxy variables that cannot be used and were taken out.
    """
    os.environ.update(_OFF)
    gradio_stubs.skip()
    left_out = proxies.repair(os.environ)
    logging.basicConfig(level=logging.DEBUG if debug else logging.ERROR)
    if not debug:
        warnings.filterwarnings("ignore")
    return left_out
