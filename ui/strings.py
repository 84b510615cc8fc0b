"""Every Chinese text of the page, the command line and exports; what an answer says of itself is in `rag.strings`, errors carry their own."""

from rag.models import Refusal

# Every interface
REFUSALS = {
    Refusal.NO_EVIDENCE: "没有找到能直接回答这个问题的句子。",
    Refusal.UNSUPPORTED: "模型给出的说法在文章里找不到依据，因此不作回答。",
    Refusal.EMPTY_QUESTION: "请写下一个问题，例如：如皋建设了几个科创飞地？",
}
NEAREST = "最接近的段落"
NO_DATE = "日期不详"
NO_ISSUER = "来源不详"
PAGE = "第{page}页"
EXTRACTIVE = "摘录原文"
DROPPED = "因缺少依据而删去的句子"

# 口径核对
CHECK_TITLE = "口径核对"
CHECK_VERDICTS = {  # by the values of `Standing`: to import it brings the whole checker, and every command reads this file
    "supported": "有依据",
    "contradicted": "与原文不一致",
    "not_found": "没有找到依据",
    "no_claim": "不含可核对的说法",
}
CHECK_SUMMARY = (
    "共 {sentences} 句：有依据 {supported} 句，与原文不一致 {contradicted} 句，没有找到依据 {not_found} 句，"
    "不含可核对的说法 {no_claim} 句。"
)
CHECK_WRITTEN = "核对结果已写到 {path}"
CHECK_COLUMNS = ("序号", "句子", "结论", "说明", "原句", "出处", "日期")
CHECK_OMITTED = "《{title}》有而本文没有："
CHECK_OMITTED_SHEET, CHECK_OMITTED_COLUMNS = "本文没有的", ("序号", "原句", "出处")
CHECK_PASTE = "请粘贴要核对的文字，最后按 Ctrl+D（Windows 上 Ctrl+Z 再回车）。"

# Deliverables
TABLE_COLUMNS = {
    "day": "日期",
    "place": "地区",
    "issuer": "发布机构",
    "document": "文号",
    "kind": "类别",
    "matter": "事项/举措",
    "noun": "指标",
    "written": "数字（原文）",
    "number": "数值",
    "unit": "单位",
    "status": "状态",
    "body": "责任单位",
    "quote": "原句",
    "title": "文章",
    "published": "发布日期",
    "url": "链接",
}
TABLE_KINDS = {"figure": "数据", "measure": "举措"}
TABLE_STATUS = {"planned": "拟", "ongoing": "在建/进行中", "done": "已完成"}
TABLE_SHEETS = ("梳理表", "出处", "未收入")
TABLE_SOURCES = ("行号", "文章", "发布机构", "文号", "发布日期", "原句", "链接")
TABLE_LEFT_OUT = ("原因", "原句", "文章", "发布机构", "发布日期")
TABLE_REASONS = {"off_topic": "与主题关系不够近", "no_fact": "没有可摘出的数字、举措或文件"}
TABLE_TITLE = "{topic}：梳理表"
TABLE_DONE = "读了 {articles} 篇文章，写下 {rows} 行，出处 {used} 篇：{path}"
NOTHING_ON_TOPIC = "库里没有关于“{topic}”的内容，所以没有做出材料。请换个说法，或放宽日期、来源等条件。"
BRIEF_TITLE = "{topic}主题简报"
BRIEF_SUBTITLE = "据 {articles} 篇文章整理，{day}；每句均为原文"
BRIEF_OVERVIEW, BRIEF_POINTS, BRIEF_OTHER = "概况", "要点", "其他"
BRIEF_FIGURES, BRIEF_TIMELINE, BRIEF_PLACES = "数据一览", "进展时间线", "各地做法"
BRIEF_UNMENTIONED = "尚未提及"
BRIEF_UNMENTIONED_TEXT = "所读文章没有提到：{what}。"
BRIEF_FIGURE_COLUMNS = ("指标", "数字", "原文")
BRIEF_PLACE_COLUMNS = ("地区", "做法")
TIMELINE_TITLE = "{topic}时间线"
TIMELINE_COLUMNS = ("时间", "事项", "状态")
COMPARE_TITLE = "{topic}对比表"
COMPARE_ASPECT, COMPARE_NOTHING = "方面", "文中未提"
COMPARE_NOTE = "标有 ≠ 的方面，各方说法不同，或有一方未提。每格均为原文。"
REVISION_TITLE = "《{old}》与《{new}》对照"
REVISION_COLUMNS = ("旧版", "新版", "变化")
REVISION_SUMMARY = "修改 {changed} 处，新增 {added} 处，删去 {removed} 处，未变 {same} 处。"
REVISION_NOTE = "【】内是另一版没有的字。未变的不列。"
CHANGES = {"changed": "修改", "added": "新增", "removed": "删去", "same": "未变"}
POINTS_TITLE = "《{title}》要点"
POINTS_SUMMARY, POINTS_FIGURES, POINTS_DAYS = "一句话概括", "数字", "日期"
POINTS_BODIES, POINTS_TERMS = "谁做什么", "文件与用语"
POINTS_BODY_COLUMNS = ("单位", "事项")
DIGEST_TITLE = "新收录"
DIGEST_SUBTITLE = {
    "arrival": "{since} 以来收录的文章，共 {count} 篇",
    "published": "{since} 及以后发布的文章，共 {count} 篇",
}
DIGEST_COLLECTION = "{name}（{count} 篇）"
DIGEST_QUESTIONS = "关注的问题"
DIGEST_NO_ANSWER = "新收录的文章里没有这个问题的答案。"
DIGEST_UNDATED = "另有 {count} 篇文章没有日期，未列入。"
DIGEST_NOTHING = "{since} 以来没有新收录的文章，没有写文件。"
WRITTEN = "已写到 {path}"
ANNEX, ANNEX_TITLE = "附件", "出处表"
ANNEX_COLUMNS = ("序号", "文章", "发布机构、日期", "原句")
TEMPLATE_WITHOUT_BODY = "模板 {path} 里没有 {{{{ 正文 }}}}，请在要放正文的那一段写上它，或用 guanchao template 取一份默认模板来改。"
TEMPLATE_UNREADABLE = (
    "读不了 Word 模板 {path}（{why}），请检查 export.template，或用 guanchao template 取一份默认模板来改。"
)
NO_DOCX = "不是 .docx 文件"
NO_FOLDER = "没有文件夹 {folder}，请先建立，或换一个位置。"
CANNOT_WRITE = "写不了 {path}（{why}），请换一个位置，或关闭正在打开它的程序。"
CANNOT_READ_ROWS = "读不了 {path}（{why}），请检查路径与编码（UTF-8）。"
CANNOT_WRITE_ROWS = "写不了 {path}（{why}），请先建好文件夹，或换一个 --out。"
CANNOT_GO_ON = (
    "写不下去：{path}（{why}）。已写下的都在，排除问题后可以接着做（加 --resume，或换一个位置重做）。"
)
STANDARD_INPUT = "标准输入"
NOT_UTF_8 = "不是 UTF-8 编码"
FOLDER_MISSING = "它的文件夹不存在"
ROW_PASSED_OVER = "{path} 第 {number} 行{wrong}，已跳过。"
ROW_NO_JSON = "不是一个 JSON 对象"
ROW_LACKS = "没有 {field}（应是文字）"
ROW_PASSAGES = "的 passages 不是文字的列表"
ROW_HISTORY = "的 history 不是 [{question, answer}, …]"
READING_ARTICLES = "已读 {done}/{all} 篇"

# The page: its head and its tabs
TITLE = "观潮"
TAGLINE = "区域协同政策问答：每句话都有出处，文章里没有的就说没有"
COUNTS = "已收录 {articles:,} 篇文章、{passages:,} 个段落"
TAB_CHAT, TAB_ARTICLES, TAB_STATISTICS, TAB_HISTORY = "问答", "文章", "统计", "对话"
TAB_MADE = "成果"
LIGHT_DARK = "切换深浅色"
SETTINGS = "设置"
TEXT_SIZE = "字号"
TEXT_SIZES = (("0.9", "小"), ("1", "标准"), ("1.15", "大"), ("1.3", "特大"))
SHOWN_SOURCES = "右侧先列几处引文"
SHOWN_SOURCES_CHOICES = (("3", "3 处"), ("5", "5 处"), ("10", "10 处"), ("0", "全部"))
SETTINGS_HERE = "字号与引文数记在这台电脑的浏览器里，别人看不到也不受影响。"
SOURCES_COUNT = "{heading}（{count} 处，{articles} 篇文章）"
MORE_SOURCES = "再看其余 {count} 处"
MY_OPINIONS = "我给过的意见"
MY_OPINIONS_NONE = "还没有给过意见。每个回答下面有“有用”与“有问题”两个按钮。"
OPINION_GONE = "（对话已删除）"
OPINION_VERDICTS = {"up": "有用", "down": "有问题"}
OPINION_BACK = "收回"
USERS = "能登录的人"
LOG_OUT = "退出 {name}"
CLOSE = "关闭"
SKIP, SKIP_TO_ANSWER = "跳到提问框", "跳到最后一个回答"

# The page: Gradio's own messages, in the place of its English ones
TOASTS = {"Error": "出错了", "Warning": "注意", "Info": "提示", "Success": "完成"}
DISCONNECTED = "与服务的连接断了，正在重新连接。写好的问题还在框里，连上后再按“提问”即可。"
BAD_TYPE = "不能收录 {name}：还不支持这种格式。可以收录：{kinds}"
FILE_TOO_LARGE = "文件太大，没有上传。请拆成几个小些的文件，或请管理员调大 ingest.max_file_mb。"
PAGE_BROKEN = "出了意外，这一步没有做成。请再试一次；若仍不行，请刷新页面。"

# The page: the chat
ASK_PLACEHOLDER = "输入问题，按回车发送；换行请按 Shift+回车"
ASK_SHORT = "输入问题"
ASK_LABEL = "问题"
SEND, STOP, NEW = "提问", "停止", "新对话"
WELCOME = "问一个区域协同政策方面的问题"
WELCOME_HOW = "每句回答后的 [1] 可以点开，右侧会标出原文里的那一句。文章里没有的，会直说没有。"
SOURCES = "引用的原文"
SOURCES_EMPTY = "回答之后，这里显示引用的段落，并标出所引的句子。"
FOUND = "找到的段落"
READ_WHOLE = "看全文"
STEPS = (("retrieving", "检索"), ("reading", "阅读"), ("checking", "核对"), ("final", "回答"))
STAGES = {
    "waiting": "前面还有别的问题在回答，正在排队…",
    "retrieving": "正在检索已收录的文章…",
    "reading": "找到相关段落，正在阅读…",
    "delta": "草稿（逐句核对后才算数）",
    "checking": "正在逐句核对出处…",
}
FIRST_THE_ORIGINAL = "先看原文"
WAITED = "已用 {seconds} 秒"
GENERATED = "模型撰写 · 逐句核对"
GENERATED_HINT = "由语言模型写成，每一句都在原文里找到了依据"
EXTRACTIVE_HINT = "没有用语言模型，直接引用文章原句"
REFUSED = "文章里没有答案"
REFUSED_NEAR = "没有找到能直接回答的句子"
ASK_ANEW = "可以写上地名、单位或文件名，再问一次。"
WHAT_THERE_IS = "文章里最接近的内容，可以点开看看"
MARKER = "引用 {number}，在原文里查看"
COPY, COPIED = "复制", "已复制"
COPY_HINT = "复制回答与出处"
CITE, CITE_HINT = "复制引文", "复制成“原句”（《标题》，发布机构，日期）；选中几个字，就只引那几个字"
CITED = "“{quote}”（{origin}）"
RETRY, EDIT = "重答", "改问题"
NEXT_QUESTIONS = "接着可以"
EDITING = "正在修改上一个问题；提交后新的回答在前，原来的仍可翻看。"
EDIT_CANCEL = "不改了（Esc）"
OLDER, NEWER = "较早的回答", "较新的回答"
OLD_ANSWER_STAYS = "{why} 原来的回答还在。"
ANSWERED = "回答好了。"
UNREAD = "读不到这篇文章：与服务的连接断了。请稍等片刻，再点一次“看全文”。"
PENDING = "正在回答…"
STOPPED = "已停止，没有答完。可以点“重答”，或换个问法。"
STOPPED_KEPT = "已停止，保留先摘录的原文。"
TOO_LONG = "超过 {seconds:g} 秒还没有答完，已停下。请再试一次，或改用摘录方式（--extractive）。"
WAITING = "还有 {count} 个问题在排队，会按顺序接着回答；“停止”只停正在回答的这一个。"
WITHDRAW, WITHDRAW_THIS = "取消", "取消排队的问题：{question}"
TOO_MANY_WAITING = "已有 {most} 个问题在排队，这个还没有发出。请等前面的回答完，或取消其中一个再发。"
CONVERSATION_GONE = "这个对话已被删除，下面是新的对话。"
NOT_KEPT = "这次问答没能存下：{why}"
BROKEN = "出了意外，这次没有答完。请再问一次；若仍不行，请查看终端里的日志。"
LOST = "与服务的连接断了，这次没有答完。服务恢复后直接再问即可，不必刷新。"
QUESTION_TOO_LONG = "问题超过 {most} 字，请删短后再问。"

# The page: welcome and moves
LIBRARY_HAS = "已收录 {count} 篇文章"
LIBRARY_SPAN = "，从 {first}到 {last}"
LIBRARY_UNDATED = "，另有 {count} 篇没有日期"
LIBRARY_NEW = "日期最新的几篇："
MOVE_FACT = ("问一个事实", "多少、何时、谁、在哪里")
MOVE_LIST = ("列清单", "有哪些举措、项目、政策")
MOVE_WRITE = ("写简报", "一个主题的要点、数据与各地做法")
MOVE_COMPARE = ("比较两地", "同一件事，两地怎么做")
LIST_EXAMPLES = ("{one}有哪些举措？", "{one}有哪些合作项目？")
COMPARE_EXAMPLES = ("比较{one}和{other}的做法", "{one}和{other}的协同发展有什么不同？")
WRITE_ON = "写一份关于{one}的简报"
MOVE_THIS, MOVE_WHICH = "这篇", "[{marker}]这篇"
MOVE_POINTS, MOVE_ONLY, MOVE_SAME = "看{which}的要点", "只问{which}", "找同主题的文章"
MOVE_TABLE, MOVE_BRIEF = "整理成表", "写简报"
MOVE_POINTS_HINT, MOVE_ONLY_HINT = "《{title}》主要讲了什么", "后面的问题只在《{title}》里找"
MOVE_SAME_HINT, MOVE_MAKE_HINT = "在“文章”里找含“{topic}”的", "“{topic}”：{what}"
POINTS_QUESTION = "《{title}》主要讲了什么？"

# The page: scope and manner
SCOPE, SCOPE_ALL = "范围：", "全部文章"
SCOPE_COUNT = "{count} 篇文章"
SCOPE_EMPTY = "{scope}，而这样的文章一篇也没有；请放宽范围再问。"
SCOPE_DROP = "去掉"
SCOPE_CLEAR, SCOPE_DONE = "改回全部文章", "好"
SCOPE_ARTICLES = "选中的 {count} 篇"
MANNERS_LABEL, LENGTHS_LABEL = "怎样回答", "篇幅"
MANNERS = (
    ("quick", "快答", "直接摘录原文，一秒左右"),
    ("full", "细答", "先摘录原文，再由语言模型写成，逐句核对"),
)
LENGTHS = (("short", "短", "一两句"), ("normal", "中", "照常"), ("long", "长", "尽量说全"))
MODEL_NAMED = "回答用的语言模型：{name}"
NO_MODEL, NO_MODEL_HINT = "摘录原文", "这个服务没有开语言模型，回答都摘自原文"
FILTERS = "缩小范围"
PUBLISHED = "发布时间"
PERIODS = (("", "不限"), ("week", "近一周"), ("month", "近一月"), ("year", "近一年"), ("this_year", "今年"))
SINCE, UNTIL, ISSUER, FOLDER = "发布不早于", "发布不晚于", "发布机构", "文件夹"
REGIONS, ISSUERS = "提到的地区（可多选）", "发布机构（可多选）"
REGION, COLLECTION, TAG = "地区", "专题", "标签"
FIND_NAME = "找名称"
DAY_HINT = "如 2025-01-20"
BAD_DAY = "“{text}”不是日期，请写成 2025-01-20、2025年1月 或 2025 这样，或清空。"
BAD_SCOPE = "读不懂所选的范围，请点“范围”重新选择，或刷新页面。"
ANY = "不限"
NARROWED = "只在 {what} 的文章里找"
SINCE_ON, UNTIL_ON, ISSUER_ON, FOLDER_ON = "{day} 及以后", "{day} 及以前", "“{name}”发布", "“{name}”之下"
REGION_ON, COLLECTION_ON, TAG_ON = "提到“{name}”", "专题“{name}”", "标签“{name}”"
AND_MORE = "等 {count} 篇"

# The page: conversations
SEARCH_CONVERSATIONS = "搜索对话"
NO_CONVERSATIONS = "还没有对话。"
NO_SUCH_CONVERSATIONS = "没有找到含这些字的对话。"
RENAME, DELETE, SURE = "改名", "删除", "确认删除"
UNTITLED = "未命名的对话"
REMOVED, UNDO = "已删除“{title}”", "撤销"
TOO_LATE = "已过了可以撤销的时间，找不回来了。"
EXPORT_AS = "导出为 {kind}：{title}"
EXPORT_NOTE = "由观潮导出于 {day}。回答只依据本机收录的文章，引文与原文逐字一致。"
EXPORT_TITLE = "“{title}”等 {count} 问"
NO_EXPORT = "没有这个对话，或它不属于您。请回到页面重新选择。"
NO_EXCHANGES = "这个对话里没有选中的问答，请回到页面重新选择。"

# The page: feedback
GOOD, BAD = "有用", "有问题"
REASONS = ("答错了", "漏了要点", "文章里有，却说没有", "引文不对", "看不明白", "其他")
REASON, COMMENT = "哪里有问题", "正确的说法或补充（可不填）"
SUBMIT, CANCEL = "提交", "取消"
THANKS = "已记下，谢谢。再点一次可以收回。"
WITHDRAWN = "已收回您的意见。"

# The page: articles
SEARCH_ARTICLES = "在标题与正文里查找"
ARTICLE_COUNT = "共 {count:,} 篇"
HOLDING_COUNT = "{words}：共 {count:,} 篇文章的标题或正文里有"
HOLDING_NONE = "没有一篇文章的标题或正文里有 {words}"
NEAR_ARTICLES = "最相近的 {count} 篇（字面相近，或发布机构、文件名里有）"
HITS = "共 {count} 处"
HIT_OF = "第 {at} 处，共 {count} 处"
HIT_BACK, HIT_ON = "上一处", "下一处"
PASSAGES = "{count} 段"
UNDATED_LEFT_OUT = "另有 {count} 篇没有日期，未参加"
NO_ARTICLES = "没有符合条件的文章。"
COLUMNS = ("选择", "标题", "发布机构", "日期", "段落数", "来源文件", "操作")
STATES = (("", "全部"), ("no_date", "没有日期"), ("no_issuer", "来源不详"))
STATE, STATE_COUNT, TO_REVIEW = "待核对", "{name} {count} 篇", "待核对："
ORDER = "排序"
ORDERS = (("", "最近收录"), ("new", "日期新的在前"), ("old", "日期早的在前"), ("title", "按标题"))
PICK, PICKED, UNPICK, ONLY_THESE = "选中《{title}》", "已选 {count} 篇", "取消选择", "只问这几篇"
COMPARE_THESE = "比较这几篇"
EDIT_ABOUT = "编辑信息"
EDIT_MANY = "一起编辑 {count} 篇文章的信息"
EDIT_ONE = "编辑《{title}》的信息"
EDIT_MANY_HINT = "只改写了内容的项；标签与专题是添加，不会去掉原有的。"
EDIT_NAMES_HINT = "多个用顿号或逗号隔开"
EDIT_SAID = "来源写的是：{said}"
EDIT_NOTHING_SAID = "（没有写）"
EDIT_RESTORE, EDIT_SAVE = "恢复来源所写", "保存"
EDIT_NOTHING = "没有改动任何一项。"
EDIT_JOB = "更正《{title}》"
EDIT_JOB_MANY = "更正 {count} 篇文章的信息"
EDIT_DONE, EDIT_UNDO = "已交去更正：{what}。", "撤销这次更正"
EDIT_UNDO_JOB = "撤销更正"
READ, REPLACE = "阅读", "替换"
PAGE_OF = "第 {page} / {pages} 页"
EARLIER, LATER = "上一页", "下一页"
UPLOAD = "上传文章（可一次多个，也可拖到这里）"
UPLOAD_REPLACES = "选择文件，替换《{title}》"
KEEP = "不替换了"
PASTE = "粘贴网页链接（每行一个），或一篇文章的全文"
PASTE_HINT = "https://…\n或：标题在第一行，正文在下面"
PASTE_TAKE = "收录粘贴的内容"
PASTE_NOTHING = "请先粘贴网页链接或文章全文。"
PASTE_SHORT = (
    "粘贴的文字太短，不像一篇文章。请把标题放在第一行，正文放在下面；网页链接要以 http:// 或 https:// 开头。"
)
PASTE_NO_FETCH = (
    "这个服务没有开启从网页收录。请管理员在配置里设 ingest.fetch_urls: true，或把网页上的文字复制过来粘贴。"
)
PASTED_LINKS = "粘贴的网页链接"
REINGEST = "重新收录文章文件夹"
PRUNE = "同时删去来源文件已不存在的文章"
JOBS = "收录进度"
NO_JOBS = "还没有收录任务。"
JOB_STATES = {"queued": "排队中", "running": "进行中", "done": "完成", "failed": "失败"}
FILE_STATES = {
    "added": "新增",
    "updated": "更新",
    "unchanged": "未变",
    "duplicate": "与已有文章同文",
    "failed": "失败",
    "waiting": "等待",
    "reading": "正在读",
    "read": "已读",
}
JOB_UPLOAD, JOB_FOLDER, JOB_DELETE = "上传 {count} 个文件", "重新收录文件夹", "删除《{title}》"
JOB_PROGRESS = "{done}/{all} 个文件，{articles} 篇，{passages} 段"
JOB_REPORT = "新增 {added}，更新 {updated}，未变 {unchanged}，删除 {deleted}，失败 {failed}"
EDITORS_ONLY = "只有编辑可以增删文章。如有需要，请联系管理员。"
ARTICLE_GONE = "这篇文章已经不在库里了，可能刚被删除或替换。"
DELETE_NOTE = "删除只影响索引；您自己放进文章文件夹的文件不动，下次收录会再出现。"
ORIGINAL, ORIGINAL_HINT = "下载原件", "下载 {name}"
FROM_FILE = "来自 {name}"
OPEN_URL = "打开网页"
PICTURE = "看原页"
PICTURE_OF = "第 {page} 页（共 {pages} 页），所引的句子加了框"
NO_ORIGINAL = "没有可看的原件：文件已不在原处，或它还含有别的文章。"
PUBLISHED_ON = "发布于 {day}"
ARTICLE_META = {"document_number": "文号", "effective_on": "施行", "expires_on": "失效"}

# The page: statistics
BY_MONTH, BY_ISSUER, BY_REGION, COVERAGE = "按发布年月", "按发布机构", "按提到的地区", "信息齐全程度"
TILES = ("文章", "段落", "平均每篇段落", "总字数")
HAS_DATE, HAS_ISSUER, HAS_NUMBER, HAS_REGION = "有发布日期", "有发布机构", "有文号", "提到地区"
NOTHING_TO_COUNT = "还没有可统计的文章。"
OTHERS = "其他 {count} 家"
YEAR, MONTH = "{year} 年", "{year} 年 {month} 月"
UNDATED = "另有 {count} 篇没有日期，不在其中。"
OPEN_LIST = "在“文章”里列出：{name}（{count}）"

# The page: 成果
MADE_KINDS = {
    "table": "梳理表",
    "check": "口径核对",
    "brief": "简报",
    "compare": "对比",
    "timeline": "时间线",
    "points": "要点",
    "digest": "本期新收录",
}
MADE_ABOUT = {
    "table": "把库里关于一个主题的数字、举措、文件列成表，一行一件事，每格都在原句里；可下载 Excel。",
    "check": "粘贴或上传一份文稿，逐句说明库里有没有依据、哪里与原文不一致；可下载带批注的 Word。",
    "brief": "关于一个主题的概况、要点、数据、进展与各地做法，每句都是原文；可下载公文格式的 Word。",
    "compare": "把两到六个地区、年份、主题或文章并排，看各自怎么说；文中未提的就写未提。",
    "timeline": "一个主题里写明了日期的事，按时间排列，已做与拟做分开。",
    "points": "一篇文章的一句话概括、五个要点、数字、日期、谁做什么。",
    "digest": "某一天以来的新文章，每篇一句话；可以附上关注的问题，只从新文章里回答。",
}
MADE_KIND = "做什么"
MADE_TOPIC, MADE_TOPIC_HINT = "主题", "一个词或短语，如：港珠澳大桥"
MADE_NAMES, MADE_NAMES_HINT = (
    "要对比的（每行一个，两到六个）",
    "地区、年份、主题，或文章标题，如：\n上海\n江苏",
)
MADE_COMPARE_TOPIC = "在哪个主题上（对比地区或年份时要写）"
MADE_ASPECTS, MADE_ASPECTS_HINT = "对比哪些方面（可不填）", "如：目标，资金，期限"
MADE_VERSIONS = "这两篇是同一文件的旧版与新版，逐条对照（先写旧版）"
MADE_ARTICLE, MADE_ARTICLE_HINT = "文章的标题或编号", "写几个字，下面会列出标题相近的文章"
MADE_DRAFT, MADE_DRAFT_HINT = "要核对的文字", "把文稿粘贴在这里，或在下面选择文件"
MADE_DRAFT_FILE = "选择文稿（.txt、.md、.docx），或拖到这里"
MADE_LENGTH = "要点的篇幅"
MADE_LENGTHS = (("短（约 600 字）", 600), ("适中（约 1000 字）", 1000), ("长（约 2000 字）", 2000))
MADE_COLUMNS, MADE_COLUMNS_HINT = "栏目（可不填）", "如：日期，事项，数值，单位；或：加一列：投资额"
MADE_QUESTIONS, MADE_QUESTIONS_HINT = "关注的问题（每行一个，可不填）", "只从新文章里回答"
MADE_FIRST_DAY = "从哪一天起"
MADE_REGIONS, MADE_REGIONS_HINT = "地区", "如：上海、江苏"
MADE_START, MADE_STOP, MADE_NEW = "开始", "停止", "做一份新的"
MADE_LIST, MADE_NONE = "做好的", "还没有做好的材料。"
MADE_WAITING = "排队中…"
MADE_READING = {"check": "正在核对：{done}/{all} 句", "": "正在读文章：{done}/{all} 篇"}
MADE_BEGUN, MADE_ARRANGING = "正在查找相关文章…", "读完了，正在整理…"
MADE_GOES_ON = "可以离开这一页，做好后会列在“做好的”里。"
MADE_DONE = "“{title}”做好了。"
MADE_CARDS_EMPTY = "点开正文里的 [1]，这里显示所引的段落，并标出原句。"
MADE_GONE = "这份材料已被删除，或不属于您。请在左边另选一份。"
MADE_LOST = "服务重新启动过，“{title}”没有做完，请再做一次。"
MADE_NO_FILE = "没有这份材料，或它没有这种格式。请回到页面重新选择。"
MADE_REMOVED = "已删除“{title}”"
MADE_DOWNLOAD = "下载"
MADE_FORMATS = {
    "docx": "Word",
    "docx-annex": "Word（附出处表）",
    "xlsx": "Excel",
    "csv": "表格（CSV）",
    "jsonl": "数据（JSONL）",
    "md": "文本",
    "html": "网页",
    "svg": "图",
}
MADE_NEEDS = {
    "table": "请先写主题，例如：港珠澳大桥。",
    "brief": "请先写主题，例如：港珠澳大桥。",
    "timeline": "请先写主题，例如：港珠澳大桥。",
    "compare": "请写出要对比的两到六个地区、年份、主题或文章，每行一个。",
    "points": "请先写文章的标题，或在“文章”里打开一篇，点“看要点”。",
    "check": "请先粘贴要核对的文字，或选择一个文件。",
    "digest": "请写明从哪一天起，如 2025-01-20。",
}
MADE_COMPARE_NEEDS_TOPIC = "对比地区或年份时，请写明在哪个主题上对比，例如：科创飞地。"
MADE_TOO_LONG = "“{name}”太长（最多 {most} 字），请删短后再试。"
MADE_NO_ARTICLE = "没有标题或编号是“{name}”的文章。请从列出的文章里选一篇，或先到“文章”里查找。"
MADE_NOTHING_NEW = "{since} 以来没有新收录的文章。请把日期改早一些，或放宽条件。"
MADE_TITLES = "标题相近的文章"
DRAFT_KINDS = (".txt", ".md", ".docx")
DRAFT_BAD_KIND = "核对的文稿只能是 .txt、.md 或 .docx，请另存后再选，或直接粘贴文字。"
DRAFT_UNREADABLE = "打不开“{name}”，请确认它是没有加密的 Word 文件（.docx），或直接粘贴文字。"
DRAFT_EMPTY = "“{name}”里没有文字，请换一个文件，或直接粘贴文字。"
DRAFT_READ = "已读入“{name}”，共 {chars} 字。可以修改，再按“开始”。"
CHECK_ALL = "全部"
CHECK_SHOW = "只看"
CHECK_NO_QUOTE = "库里没有找到相近的原文。"
CHECK_OF = "口径核对：{title}"
TABLE_SUBTITLE = "读了 {articles} 篇文章，共 {rows} 行，出处 {used} 篇，{day}；每格都在原句里"
TABLE_PREVIEW = "这里列出前 {shown} 行，全部 {rows} 行在下载的文件里。"

# The page: 材料夹
FOLDERS, FOLDER_NEW, FOLDER_FIRST = "材料夹", "新建材料夹", "我的材料夹"
FOLDERS_NONE = "还没有材料夹。回答、引文与文章旁都有“放进材料夹”。"
FOLDER_EMPTY = "这个材料夹是空的。在回答、引文或文章旁点“放进材料夹”，就会列在这里。"
FOLDER_ABOUT = "{count} 条"
FOLDER_CURRENT = "新放的材料进这里"
FOLDER_GONE = "这个材料夹已被删除，或不属于您。请在左边另选一个。"
PUT, PUT_WHOLE, PUT_SHORT = "放进材料夹", "整个回答", "已放进材料夹"
POINTS_OF = "看要点"
PUT_DONE, PUT_KNOWN, PUT_OPEN = "已放进“{title}”", "“{title}”里已经有了", "打开"
MADE_BACK = "‹ 返回"
PUT_GONE = "找不到要放的内容，它可能刚被删除。请刷新页面后再试。"
ITEM_KINDS = {"answer": "回答", "sentence": "回答里的一句", "quote": "引文", "article": "文章"}
ITEM_COMMENT, ITEM_COMMENT_HINT = "批注", "写下用处或要核实的地方"
ITEM_COMMENTED = "批注：{text}"
ITEM_UP, ITEM_DOWN = "上移", "下移"
ITEM_REMOVED = "已移出"
ITEM_KEYS = "按 Alt+↑ 或 Alt+↓ 也可移动。"
ITEM_ASKED = "问：{question}"

# The page: sharing
SHARE, UNSHARE = "分享", "收回"
SHARED_LINK = "登录的同事打开这个链接可以看，不能改；看到的总是最新内容。"
SHARED_LABEL = "分享的链接"
SHARED_BY = {
    "conversation": "{owner} 分享的对话“{title}”，只能看。",
    "folder": "{owner} 分享的材料夹“{title}”，只能看。",
}
SHARED_BACK = "回到我自己的"
SHARED_GONE = "这个链接已被收回，或内容已删除。请向分享的人再要一个。"
# The page: use, for editors
USE = "使用情况"
USE_TILES = ("提问", "答上", "没答上", "没答完", "反馈有用 / 有问题")
USE_BY_MONTH = "按提问年月"
UNANSWERED = "没答上的问题（最近 {count} 个）"
UNANSWERED_HINT = "缺这方面的文章时，可据此补充；点一下重新问。不写是谁问的。"
NONE_UNANSWERED = "还没有没答上的问题。"
USE_NOTE = "只算网页上还留着的对话，最近 {count} 个问题以内。"

# The page: login
LOGIN = "登录"
LOGIN_NAME, LOGIN_PASSWORD = "用户名", "密码"
LOGIN_WRONG = "用户名或密码不对，请再试。"
LOGIN_LOCKED = "这个用户名连错太多次，请等五分钟再试。"
ROLES = {True: "编辑", False: "读者"}
PASSWORD_CHANGE, PASSWORD_OLD, PASSWORD_NEW, PASSWORD_REPEAT = (
    "改密码",
    "现在的密码",
    "新密码",
    "再输一次新密码",
)
PASSWORD_CHANGED = "密码已改，其他地方的登录已失效。"
PASSWORD_WRONG = "现在的密码不对，没有改。"
PASSWORD_NOT_HERE = "您是用密钥登录的，这里没有密码可改。"
NOT_LOGGED_IN = "登录已过期，请刷新页面重新登录。"
PASSWORD_TWICE = "两次输入的新密码不同，没有改。"
LOGGED = "这个服务会把问题写进服务器的日志；对话只有您自己能打开。"
NOT_LOGGED = "这个服务不把问题写进日志；对话只有您自己能打开。"
EDITORS_SEE = "没答上的问题会列给编辑看，不写是谁问的。"
PASSWORD_ASK, PASSWORD_AGAIN = "新密码：", "再输一次："
PASSWORD_DIFFERENT = "两次输入的密码不同，请再运行一次。"
PASSWORD_SHORT = "密码至少 8 位，请换一个长些的。"

# The command line
APP_HELP = "观潮：从你自己的文章里回答区域协同政策问题，每句话都有出处。"
EXIT_CODES = "退出码：0 完成，1 失败，2 用法有误，3 尚未收录，4 索引与配置不一致。"
ERROR = "错误："
UNEXPECTED = "意外错误（{error}）。请加 --debug 重试以查看详情。"
INTERRUPTED = "已中断。"
SERVING = "观潮已启动：{url} （按 Ctrl-C 停止）"
SKIPPED = "另有 {count} 个文件没有读：{kinds}。"
NO_SUFFIX = "没有后缀"
MISSING = "{count} 篇文章的来源文件已不在，仍可检索；要删去请加 --prune。"
UNCLAIMED = "规则没有认领、并入相邻段落的字符：{count} 个。"
ARTICLES_COUNT = "共 {count} 篇。"
EDITED = "《{title}》（{id}）更正过：{fields}"
NOTHING_CORRECTED = "无，都以来源为准"
LEFT_OUT = {
    "NO_PROXY": "环境变量 {name} 里有不能用的地址（如 IPv6 网段），已略过；本机与内网的地址总是直连。",
    "SSL_CERT_FILE": "环境变量 {name} 指向的证书文件不存在，已略过；请改对或取消它。",
    "SSL_CERT_DIR": "环境变量 {name} 指向的证书文件夹不存在，已略过；请改对或取消它。",
}
PROXY_LEFT_OUT = "环境变量 {name} 里的代理地址不能用，已略过；请写成 http://主机:端口 或 socks5://主机:端口。"
NO_JSON_SCHEMA = "response_format 只支持 text 与 json_object，不支持 json_schema：答案是带引文的文字。请去掉它，或改用 json_object（答案与引文放在一个 JSON 对象里）。"
NO_TOOLS = "不支持强制调用工具（tool_choice），请改为 auto 或去掉；要在智能体里使用观潮，请用 /mcp。"
ONLY_TEXT = "读不了图片和附件，请把问题写成文字；要收录文件，请在网页的“文章”里上传。"
NOT_READ = "图片和附件没有读，只按文字回答"
QUESTION_FOUND = "消息太长，只回答其中的问题：{question}"
MESSAGE_TOO_LONG = "消息有 {chars} 字，超过 {most} 字，也没有以问句开头或结尾。请把问题写短，或放在最后一句。"
TOO_MANY_ANSWERS = "排队等回答的问题太多，这个还没有发出。请稍等片刻再发。"
NO_HITS = "没有找到相关段落。"
KEY_LOGIN = "请登录：用户名随意，密码填有 read 权限的密钥（guanchao keys add）。"
NO_JSON_TYPE = "请求体要是 JSON，并写上请求头 Content-Type: application/json（对照 /api/openapi.json）。"
NO_SUCH_V1 = (
    "没有这个地址，OpenAI 兼容接口只有 /v1/chat/completions 与 /v1/models，请检查客户端里的接口地址。"
)
NO_V1 = "OpenAI 兼容接口的地址以 /v1 结尾，请在客户端里把接口地址写成 http://主机:端口/v1。"
SYSTEM_TROUBLE = "{what}（{why}），请排除后再试。"
SYSTEM_FILE = "读写 {path} 时出错"
SYSTEM_OUTPUT = "读写时出错"
HOST_NOT_HERE = (
    "{host} 不是本机的地址，请检查 --host（或 serve.host）：只给本机用写 127.0.0.1，给别的机器用写 0.0.0.0。"
)
PORT_NOT_ALLOWED = "没有权限监听端口 {port}，请用 --port 换一个 1024 以上的。"
PORT_BUSY = "端口 {port} 已被占用，请用 --port 换一个，或停止占用它的程序。"

# The MCP server
MCP_INSTRUCTIONS = (
    "从本机收录的区域协同政策文章里检索与回答。ask 的每句话都有逐字引文；refused 为 true 表示文章里没有答案，"
    "这时请如实说没有，不要自行补充。引用时请带上标题、发布机构与日期。"
)
MCP_SEARCH = "检索最相关的段落，附文章标题、发布机构、日期与编号。只检索，不回答。"
MCP_ASK = "回答一个关于已收录文章的问题。答案逐句核对过，附逐字引文；文章里没有就拒答（refused）。"
MCP_READ = "按编号读一篇文章的全文；引文的 start、end 指向它的 text。"
MCP_TABLE = "梳理表：关于一个主题的数字、举措与文件，一行一件，每格都在原句里，附文章与位置。"
MCP_BRIEF = "主题简报：概况、要点、数据、时间线、各地做法与出处；每句都是原文，没有模型改写。"
MCP_TIMELINE = "时间线：一个主题里写明日期的事，已做与拟做分开，附原句。"
MCP_COMPARE = (
    "对比两到六篇文章、地区或年份：目标、任务、资金、期限、责任单位、适用范围；每格是原句，空表示文中未提。"
)
MCP_CHECK = "口径核对：一段文字逐句对照库里的文章，或只对照一篇文章、一份旧稿：有依据、不一致（写明哪里不同）、没有找到依据，附原句。"
MCP_POINTS = "一篇文章的要点：一句话概括、五个要点、数字、日期、谁做什么、文件与用语，都是原文。"

# guanchao eval
EVAL_LINE = "答对 {right}/{answerable}（其中引文含依据 {cited}），误拒 {refused_wrongly}；应拒而拒 {refused}/{unanswerable}"
EVAL_OPEN = "开放题 {open} 道：要点覆盖率 {value:.3f}（{low:.3f}–{high:.3f}）"
EVAL_POINTS = "要点 {share:.0%}"
EVAL_CLAIMS = "对的句子保留 {kept}；改错的句子识破 {caught}"
EVAL_CLAIMS_COMPARED = (
    "与 {name} 相比（{claims} 句相同）：变好 {better}，变差 {worse}，由偶然造成的概率 p = {p:.3f}"
)
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
EVAL_FEEDBACK = "反馈里有 {rows} 条可检验，{silent} 条没有写出正确的说法，无法检验。"
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
    "key_points": "要点覆盖率（开放题）",
    "kept": "对的句子保留",
    "caught": "改错的句子识破",
    "verdict_named": "改错的句子定性相符",
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
    "list": "列举",
    "summary": "概括",
    "other": "其他",
    "yes": "可答",
    "no": "不可答",
    "1 least": "重合最少的四分之一",
    "4 most": "重合最多的四分之一",
    "2": "第二个四分之一",
    "3": "第三个四分之一",
}
STAGE_NAMES = {"retrieve": "检索", "first_token": "首字", "total": "全部"}
