# make run: set up and open the chat. make test: set up and run every test. Each step skips what is done.
PYTHON ?= $(shell for p in python3 python3.12 python3.11; do command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(not (3,11) <= sys.version_info[:2] < (3,13))' 2>/dev/null && { echo $$p; break; }; done)
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 7860

.PHONY: setup run test test-fast test-elsewhere check docs report models parts clean bench-retrieval bench-answers bench-ingest bench-http bench-page bench-scale bench-embedding bench-metadata bench-faults bench-public bench-peers bench-calibration
.DELETE_ON_ERROR:

setup: $(VENV)/.installed models

$(VENV)/.installed: pyproject.toml constraints.txt scripts/install.py
	@test -n "$(PYTHON)" || { echo "需要 Python 3.11 或 3.12，请先安装，或用 make PYTHON=/路径/python3.11 指定。"; exit 1; }
	@echo "[1/3] 建立环境并安装依赖（首次约 2–5 分钟）"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python scripts/install.py
	@touch $@

$(VENV)/.dev: $(VENV)/.installed
	@echo "[dev] 安装测试工具（约 30 秒）"
	@$(BIN)/python scripts/install.py dev
	@touch $@

models: $(VENV)/.installed
	@echo "[2/3] 下载模型（首次约 1.1 GB，已有则跳过；可随时中断，再次运行会续传）"
	@$(BIN)/guanchao models fetch

run: setup
	@echo "[3/3] 整理示例文章并打开页面 http://127.0.0.1:$(PORT)"
	@$(BIN)/guanchao ingest
	@$(BIN)/guanchao serve --port $(PORT)

parts:
	@sh scripts/test_parts.sh

# Two files of tests at a time; each test has an index and ports of its own, and a file's servers are its own.
test: setup $(VENV)/.dev parts
	@$(BIN)/python -m pytest -n 2 --dist loadfile --durations=20

# Under a minute, without a model, a browser or a server: while working.
FAST := tests/docs_store/text tests/rag/lexicon tests/rag/query tests/rag/weights tests/rag/evidence tests/rag/verification \
	tests/docs_store/test_settings.py tests/scripts tests/test_documentation.py tests/ui/test_rate_limit.py
test-fast: $(VENV)/.dev
	@$(BIN)/python -m pytest -n 2 --dist loadfile $(FAST)

# The unit half under the rules of Windows and macOS; see tests/elsewhere.py.
test-elsewhere: setup $(VENV)/.dev
	@$(BIN)/python -m pytest -p tests.elsewhere --ignore tests/integration --ignore tests/docs_store/conformance

# The documentation as a site in build/site; nothing in it comes from elsewhere, so it opens without a network.
docs: export NO_MKDOCS_2_WARNING = 1
docs: $(VENV)/.dev
	@$(BIN)/python -m mkdocs build --quiet
	@echo "文档已生成：build/site/index.html"

check: $(VENV)/.dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/mypy --platform win32
	@$(BIN)/mypy --platform darwin
	@$(BIN)/lint-imports

# The sample questions against their recorded floors; the report is left in build/sample-report.
report: export GUANCHAO_STORE__PATH = build/sample-index
report: $(VENV)/.installed
	@$(BIN)/guanchao ingest docs_store/articles
	@$(BIN)/guanchao eval benchmarks/sample_qa.jsonl --extractive --report build/sample-report --floors benchmarks/floors.json

# Each prints its table and writes benchmarks/results/<name>.json and charts; they need ../shared/data.
bench-answers bench-ingest bench-http bench-page bench-embedding bench-metadata bench-faults: bench-%: setup $(VENV)/.dev
	@$(BIN)/python -m benchmarks.$*

# The public set: needs nothing but the clone. ARGS="--model" lets the model answer too.
bench-public: setup $(VENV)/.dev
	@$(BIN)/python -m benchmarks.public --floors benchmarks/public/floors.json $(ARGS)

# The same questions put to other systems (uv makes their environments), and how far the scores can be believed.
bench-peers bench-calibration: bench-%: setup $(VENV)/.dev
	@$(BIN)/python -m benchmarks.$* $(ARGS)

# These two stop after nine minutes with 75 and go on where they stopped.
bench-scale bench-retrieval: bench-%: setup $(VENV)/.dev
	@rc=75; while [ $$rc -eq 75 ]; do $(BIN)/python -m benchmarks.$*; rc=$$?; done; exit $$rc

clean:
	rm -rf $(VENV) docs_store/index
