"""Silences the libraries: no telemetry, no progress bars, no chatter on stdout. Import it before them."""

from __future__ import annotations

import logging
import os
import warnings

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


def hush(*, debug: bool = False) -> None:
    """Sets the environment that the libraries read at import, and quiet logging unless `debug`."""
    os.environ.update(_OFF)
    gradio_stubs.skip()
    logging.basicConfig(level=logging.DEBUG if debug else logging.ERROR)
    if not debug:
        warnings.filterwarnings("ignore")
