"""Regular expressions for the numbers that parts of a Chinese document begin with: 第三章, 一、, （一）."""

ORDINAL = r"第[零〇一二三四五六七八九十百\d]{1,6}"
"""Of what is counted by name; 编, 章, 节 or 条 follows."""
FIRST_RANK = r"[一二三四五六七八九十]{1,3}、"
SECOND_RANK = r"[（(][一二三四五六七八九十]{1,3}[)）]"
