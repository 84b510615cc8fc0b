"""Every Chinese text that users see, but for the messages inside errors."""

from rag.models import Refusal

# Both doors
REFUSALS = {
    Refusal.NO_EVIDENCE: "已收录的文章里没有找到这个问题的答案。",
    Refusal.UNSUPPORTED: "模型给出的说法在文章里找不到依据，因此不作回答。",
    Refusal.EMPTY_QUESTION: "请写下一个问题，例如：如皋建设了几个科创飞地？",
}
NEAREST = "最接近的段落"
NO_DATE = "日期不详"
NO_ISSUER = "来源不详"
PAGE = "第{page}页"
EXTRACTIVE = "摘录原文"
DROPPED = "因缺少依据而删去的句子"

# The page
TITLE = "观潮"
TAGLINE = "区域协同政策问答：每句话都有出处，文章里没有的就说没有"
COUNTS = "已收录 {articles} 篇文章、{passages} 个段落"
ASK_PLACEHOLDER = "输入问题，按回车发送"
SEND, STOP, NEW = "提问", "停止", "新对话"
SOURCES = "引用的原文"
SOURCES_EMPTY = "回答之后，这里显示引用的段落，并标出所引的句子。"
FOUND = "找到的段落（模型正在阅读）"
STAGES = {
    "retrieving": "检索中…",
    "reading": "阅读中…",
    "delta": "草稿（核对后才算数）",
    "checking": "核对中…",
}
EXAMPLES = [
    "如皋建设了几个科创飞地？",
    "苏锡通园区的两大主导产业是什么？",
    "长三角国创中心南通分中心调研了多少家龙头企业？",
    "神马电力的董事长是谁？",
]
BROKEN = "出了意外，这次没有答完。请再问一次；若仍不行，请查看终端里的日志。"

# The command line
APP_HELP = "观潮：从你自己的文章里回答区域协同政策问题，每句话都有出处。"
EXIT_CODES = "退出码：0 完成，1 失败，2 用法有误，3 尚未收录，4 索引与配置不一致。"
ERROR = "错误："
UNEXPECTED = "意外错误（{error}）。请加 --debug 重试以查看详情。"
INTERRUPTED = "已中断。"
SERVING = "观潮已启动：{url} （按 Ctrl-C 停止）"
NO_HITS = "没有找到相关段落。"
KEY_LOGIN = "请登录：用户名随意，密码填有 read 权限的密钥（guanchao keys add）。"
PORT_BUSY = "端口 {port} 已被占用，请用 --port 换一个，或停止占用它的程序。"

# The agents' door
MCP_INSTRUCTIONS = (
    "从本机收录的区域协同政策文章里检索与回答。ask 的每句话都有逐字引文；refused 为 true 表示文章里没有答案，"
    "这时请如实说没有，不要自行补充。引用时请带上标题、发布机构与日期。"
)
MCP_SEARCH = "检索最相关的段落，附文章标题、发布机构、日期与编号。只检索，不回答。"
MCP_ASK = "回答一个关于已收录文章的问题。答案逐句核对过，附逐字引文；文章里没有就拒答（refused）。"
MCP_READ = "按编号读一篇文章的全文；引文的 start、end 指向它的 text。"

# guanchao eval
EVAL_LINE = "答对 {right}/{answerable}（其中引文含依据 {cited}），误拒 {refused_wrongly}；应拒而拒 {refused}/{unanswerable}"
EVAL_FOUND = "检索：{figures}"
EVAL_REPORT = "报告已写到 {page}"
EVAL_COMPARED = (
    "与 {name} 相比（{questions} 题相同）：变好 {better}，变差 {worse}，由偶然造成的概率 p = {p:.3f}"
)
EVAL_BELOW = "低于记录的底线：{list}"
EVAL_MISSING_GOLD = (
    "问题文件写明的文章有 {missing} 篇不在索引里（共 {of} 篇），检索指标会偏低；请先收录它们。"
)
EVAL_DRAFTED = "已写好 {answerable} 道可答、{hopeless} 道不可答的问题：{path}。请逐条核对、改正后再用来检验。"
EVAL_FEWER = "文章里能由程序核对的事实不够，要 {wanted} 道，只写出 {got} 道。"
EVAL_TITLE = "检验报告"
EVAL_RUN = {
    "date": "时间",
    "questions": "问题文件",
    "questions_sha256": "问题文件校验",
    "mode": "方式",
    "llm": "语言模型",
    "embedding": "向量模型",
    "articles": "文章",
    "passages": "段落",
}
EVAL_MODES = {"generated": "语言模型作答", "extractive": "摘录原文", "retrieval": "只检索"}
EVAL_ONLY_CHANGED = "只看有变化的"
EVAL_ALL = "全部"
EVAL_ONLY_WRONG = "只看不对的"
EVAL_PLACEHOLDER = "筛选题目"
OUTCOMES = {
    "right": "答对",
    "wrong": "答错",
    "refused_wrongly": "误拒",
    "refused_rightly": "应拒而拒",
    "answered_wrongly": "应拒未拒",
    None: "只检索",
}
FIGURES = {
    "right": "答对（可答的题）",
    "right_and_cited": "答对且引文含依据",
    "refused_wrongly": "误拒（可答的题）",
    "refused_rightly": "应拒而拒（不可答的题）",
    "answered_wrongly": "应拒未拒（不可答的题）",
    "citation_precision": "引文切题率",
    "citation_recall": "依据被引率",
    "unsupported_claims": "每题删去的无据句",
    "uncited_sentences": "每题无引文的句子",
    "length": "答案长度（字）",
    "hit@1": "首位命中 hit@1",
    "hit@3": "前三命中 hit@3",
    "hit@5": "前五命中 hit@5",
    "hit@10": "前十命中 hit@10",
    "mrr@10": "MRR@10",
    "ndcg@10": "nDCG@10",
}
SLICES = {"type": "按问题类型", "answerable": "按能否回答", "overlap": "按与依据的用词重合（四等分）"}
SLICE_NAMES = {
    "who": "谁",
    "when": "何时",
    "how_many": "多少",
    "where": "哪里",
    "which": "哪个",
    "why": "为什么",
    "how": "如何",
    "yes_no": "是否",
    "other": "其他",
    "yes": "可答",
    "no": "不可答",
    "1 least": "重合最少的四分之一",
    "4 most": "重合最多的四分之一",
    "2": "第二个四分之一",
    "3": "第三个四分之一",
}
STAGE_NAMES = {"retrieve": "检索", "first_token": "首字", "total": "全部"}
