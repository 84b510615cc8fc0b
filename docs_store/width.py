"""One width a character: Chinese articles mix , and ， or ＡＩ and AI. For indexing alone; quotes stay as written."""

from __future__ import annotations

import re

_FULL = str.maketrans(",:;?!()", "，：；？！（）")
_HALF = {
    code: code - 0xFEE0
    for span in ((0xFF10, 0xFF1A), (0xFF21, 0xFF3B), (0xFF41, 0xFF5B))
    for code in range(*span)
}
_BESIDE_CHINESE = re.compile(r"(?<=[\u3400-\u9fff”’》])[,:;?!()]|[,:;?!()](?=[\u3400-\u9fff“‘《])")


def unify(text: str) -> str:
    """Full-width punctuation beside Chinese characters, half-width letters and digits."""
    return _BESIDE_CHINESE.sub(lambda match: match.group().translate(_FULL), text.translate(_HALF))
