"""Sentences in which an answer speaks of itself: all Chinese texts for readers that no article and no model wrote.

What an error says stands where it is raised, what a model is told in `generation/prompts.py`, texts of the page, the
command line and exports in `ui/strings.py`.
"""

from __future__ import annotations

# Small talk, by the classes of smalltalk.tsv
SMALL_TALK = {
    "greeting": "您好！我是观潮，依据您资料库里的文章回答问题，每句话都给出原文出处。",
    "farewell": "再见，随时再问。",
    "thanks": "不客气，随时再问。",
    "praise": "谢谢肯定，有需要随时再问。",
    "ack": "好的，请继续提问。",
    "complaint": "抱歉没有帮上忙。可以换一种问法，写出地名、单位或文件名；也可以点开引用看原文，用 👎 告诉我们哪里不对。",
    "identity": "我是观潮，一个在本机运行的政策资料问答助手：只依据资料库里的文章回答，句句有出处，文章里没有的就说没有。",
    "capability": "我能做这些：回答事实（数字、时间、人物、地点）、列出举措、概括文章、比较两地、梳理进展，每句都附原文；"
    "文章里没有的，会直接说没有。",
    "chitchat": "这个我不会聊，我只回答资料库里文章的内容。",
    "unclear": "没有看懂这个问题。请用一句话写出想查的事，例如地名、单位、文件名加上要问的内容。",
    "english": "The articles are in Chinese, and so are the answers: please ask in Chinese. 请用中文提问，我会依据资料库里的文章作答。",
}
EXAMPLES_HEAD = "可以这样问："
EXAMPLE = "《{title}》主要讲了什么？"

# The library and an article's own data
LIBRARY_EMPTY = "资料库里还没有文章，请先导入。"
LIBRARY_EXTENT = "资料库现有 {count} 篇文章{span}{undated}。"
LIBRARY_SPAN = "，日期从 {first} 到 {last}"
LIBRARY_UNDATED = "（另有 {count} 篇没有注明日期）"
LIBRARY_NONE_ON = "收录的 {count} 篇文章里，没有一篇提到“{topic}”。"
LIBRARY_SOME_ON = "收录的 {count} 篇文章里，有 {found} 篇提到“{topic}”："
LIBRARY_NEWEST, LIBRARY_OLDEST = "按文章日期，最新的是：", "按文章日期，最早的是："
LIBRARY_NO_DATES = "收录的文章都没有注明日期。"
LIBRARY_ISSUERS, LIBRARY_ISSUER = "来源：{issuers}。", "{name}（{count} 篇）"
LIBRARY_LATELY = "最近收录的："
LIBRARY_MORE = "……共 {count} 篇，完整目录见“文章”页或 guanchao articles。"
ISSUED_BY, NUMBERED = "来源于{issuer}", "文号为{number}"
WRITTEN_ON, PUBLISHED_ON = "成文于{day}", "发布于{day}"
IN_FORCE_FROM, IN_FORCE_UNTIL = "自{day}起施行", "有效期至{day}"
NO_DATA = "没有写明来源与日期"

# Remarks and notes on an answer
READ_BY_ITSELF = (
    "这个问题没有写明对象，这里按新问题回答，没有接着上一问；如问的是上文说的事，请写上它的名称。"
)
PART = "{question}？"
PART_QUOTED_ABOVE = "见上面引用的原文"
PART_NOT_FOUND = "资料中没有找到能直接回答的句子。"
NAMES_NOTHING = "这个问题没有写明对象，和上文也对不上；请写上所问事物的名称再问一次。"
NOTHING_MORE = "除上文已经列出的，资料中没有找到更多内容。"
UNDERSTOOD_AS = "这个问题按“{question}”理解。"
NOT_MENTIONED = "引用的文章里没有提到{names}。"
DATES_DIFFER = "不同日期的文章说法不同，由新到旧："
EXPIRED = "《{title}》已于{day}失效，引用前请核实现行规定。"
REPEALED = "据《{by}》，《{title}》已经废止，引用前请核实现行规定。"
UNDATED = "{markers}的文章没有注明日期，无法确认说的是不是{years}，引用前请核实。"
FROM_ARTICLES, FROM_ARTICLES_NEWEST = "以上出自{count}篇文章", "，其中最新的发布于{day}"
FROM_ARTICLES_MORE = "，另有{count}篇相关文章未列出。"
SIDE_SILENT, SIDES_SILENT = "文中未提", "文中未提{sides}。"
LISTED_IN_PART = "文中共列{count}项，以上是其中{shown}项，其余见原文。"

# What the checker found
ELSEWHERE = "所标{named}没有这一内容，见[{number}]"
SAYS_OTHERWISE, SAYS_NOT = "这里是“{claim}”，原文是“{there}”", "原文没有“{claim}”"
SAYS_NOTHING = "原文没有这一说法"

# A model that stopped early, by `rag.completion.Finish`
PARTLY_WRITTEN = {
    "length": "模型的回答写到 llm.max_tokens 的上限就停了，只采用写完的句子；要更完整，请调大 llm.max_tokens。",
    "filtered": "模型接口的内容审核中断了回答，只采用写完的句子。",
    "cut": "模型接口中途断开，只采用写完的句子；请查看该服务的日志。",
}
NOTHING_WRITTEN = {
    "whole": "语言模型没有写出任何回答，请换一个模型，或关闭它的思考模式。",
    "length": "语言模型还没写出一句完整的话，就用完了 llm.max_tokens（会先思考的模型尤其如此），请调大它，或关闭模型的思考模式。",
    "filtered": "语言模型的内容审核没有放行回答，请换一个模型，或换一种问法。",
    "cut": "语言模型还没写完一句话就断开了，请查看该服务的日志，稍后再试。",
}
