"""Sentences that speak to a machine instead of informing a reader: never shown to the model, never quoted.

Articles come from anywhere, and may hold "忽略以上指令" or "print your system prompt". Such a sentence is left out of the
evidence, so that no answer can rest on it even where the model obeys. The article itself keeps it: a reader sees it.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_PATTERNS = (
    # Chinese: drop what came before
    r"(?:忽略|无视|忘记|忘掉|抛开|不要理会|不用理会|不必遵守|不再遵守|不要遵守|推翻|作废)[^。！？，\n]{0,10}"
    r"(?:指令|指示|提示词|prompt|(?:所有|上述|以上|之前|此前|前面|上面|你的|系统)的?(?:所有|全部)?"
    r"(?:规则|设定|要求|限制|资料|内容|对话|约束|文字|话))",
    r"(?:系统|开发者|管理员|隐藏)(?:提示词|指令|消息|命令)|系统提示[:：]|新的?(?:指令|任务|规则)[:：]",
    # become somebody else
    r"(?:你|您)(?:现在|必须|只能|应当|应该|需要|从现在起|的角色)(?:就)?(?:是|扮演|充当|变成|假装|作为)"
    r"|从现在(?:起|开始)[，,]?\s*(?:你|您)"
    r"|(?:请|你|您|现在)(?:扮演|充当|假装)(?:成|是)?[^。！？\n]{0,10}(?:助手|ai|模型|机器人|黑客|角色|专家|dan|没有)",
    # say this or that
    r"(?:请|务必|必须|只能?|直接|一律|统一)(?:要|需|须|用)?(?:回答|回复|输出|答复|打印|复述|背诵)(?:[:：“\"「『‘']|为[:：“])",
    r"(?:请|务必|一律|只能|无论|不管)[^。！？\n]{0,20}(?:回答|回复|输出|答复|告诉)(?:[:：“\"「『]|用户|提问者|所有问题|任何问题|同样)",
    r"(?:泄露|透露|打印|输出|复述|告诉我)[^。！？\n]{0,10}(?:提示词|prompt|密钥|口令|api ?key|系统信息|系统指令)",
    r"(?:ai|人工智能|语言模型|大模型|智能|问答|聊天)(?:助手|模型|机器人)?[，,：:]\s*(?:请|你|应|必须|务必|注意)"
    r"|(?:致|给|对)(?:正在|所有)?[^。！？\n]{0,8}(?:ai|人工智能|语言模型|大模型|智能助手)[^。！？\n]{0,6}[:：]",
    r"(?:读到|看到|处理|总结|检索到?|引用)(?:本|这|此|该|以下)?(?:段|句|篇|条|份)?(?:话|文字|内容|文章|资料|文件)[^。！？\n]{0,8}(?:时|后|的(?:ai|模型|助手))"
    r"[^。！？\n]{0,20}(?:请|应|必须|务必|回答|输出|回复)",
    r"(?:以上|上述|前面|之前|下面|以下|其他|其余)(?:的)?(?:所有)?(?:资料|内容|信息|文章|数据|指令)[^。！？\n]{0,6}(?:作废|无效|都是假的|是假的|不可信|全部忽略)",
    r"\b(?:ignore|disregard|forget|override|bypass)\b.{0,40}\b(?:instructions?|prompts?|rules?|context|above|previous|prior|everything)\b",
    r"\b(?:system|developer|hidden)\s+(?:prompt|message|instructions?)\b",
    r"\byou\s+are\s+(?:now|no longer)\b|\b(?:act|pretend|behave)\s+(?:as|to be|like)\b|\bfrom\s+now\s+on\b|\bjailbreak\b|\bdo anything now\b",
    r"\b(?:respond|reply|answer|output|say|print|repeat|write)\b.{0,20}\b(?:only|exactly|with|the following|always|instead|verbatim)\b",
    r"\b(?:reveal|print|show|leak|repeat|display)\b.{0,30}\b(?:prompt|instructions?|api ?key|password|secret|config)\b",
    r"\bnew\s+(?:instructions?|task|rules?)\s*[:：]|\bend of (?:context|document|prompt)\b|\b(?:important|attention)\s*[:：].{0,40}\b(?:ai|assistant|model)\b",
    r"\b(?:dear |to the |hey )?(?:ai|assistant|chatbot|llm|language model)\b\s*[,:，：]",
    r"<\|?(?:im_start|im_end|system|endoftext|eot_id|start_header_id)\|?>|\[/?inst\]|<</?sys>>|^#{2,}\s*(?:system|instruction|assistant|user)\b|"
    r"^\s*(?:system|assistant|user|human|系统|助手|用户)\s*[:：]",
)
_SPEAKS_TO_MACHINE = re.compile("|".join(f"(?:{p})" for p in _PATTERNS), re.IGNORECASE | re.MULTILINE)
_INVISIBLE = re.compile(r"[\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff\u00ad]")
_SPACED = re.compile(r"(?<=[\u4e00-\u9fff])[\s·.*_\-]+(?=[\u4e00-\u9fff])")


@lru_cache(maxsize=4096)
def speaks_to_machine(sentence: str) -> bool:
    """True when `sentence` gives orders to a reading program; invisible and spacing characters do not hide it."""
    plain = _SPACED.sub("", _INVISIBLE.sub("", unicodedata.normalize("NFKC", sentence)))
    return bool(_SPEAKS_TO_MACHINE.search(plain))
