"""What a reader sees of a strong model's drafts: the good sentences and the bad ones that come through, end to end.

Run: python -m benchmarks.served_drafts ../shared/data

A scripted OpenAI endpoint on this machine returns each draft of `verify_dev.jsonl`, its markers turned into the numbers
that the prompt gives the passages; `PolicyQA` answers over it from those passages. A draft's sentence is seen when the
answer has it. One whose words are true and whose marker is wrong counts apart: seen, it has the right marker. The endpoint
rewrites nothing and marks nothing (`verify.judge: off`): what is measured is the code alone.
"""

from __future__ import annotations

import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

from benchmarks import command_line, results_file
from benchmarks.verification import wilson
from docs_store.settings import load_settings
from docs_store.text.normal import fold
from rag.assistant import PolicyQA
from rag.llm import LanguageModel
from rag.models import MARKER
from rag.verification import claims

_HEAD = 24  # characters by which a passage is found in a prompt


class Endpoint(BaseHTTPRequestHandler):
    """POST /v1/chat/completions: the draft, once; "" to whatever is asked after it."""

    draft: ClassVar[str] = ""
    passages: ClassVar[list[str]] = []
    asked: ClassVar[int] = 0

    def do_POST(self) -> None:
        """Answers in one piece or, if it is asked to, as a stream."""
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        prompt = "\n".join(str(message["content"]) for message in body["messages"])
        text = renumbered(self.draft, self.passages, prompt) if Endpoint.asked == 0 else ""
        Endpoint.asked += 1
        if body.get("stream"):
            chunks = [
                {"choices": [{"index": 0, "delta": {"role": "assistant", "content": text}}]},
                {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]},
            ]
            lines = [f"data: {json.dumps(given(chunk, 'chat.completion.chunk'))}\n\n" for chunk in chunks]
            self._send("text/event-stream", "".join(lines) + "data: [DONE]\n\n")
        else:
            choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
            self._send("application/json", json.dumps(given({"choices": [choice]}, "chat.completion")))

    def _send(self, kind: str, text: str) -> None:
        data = text.encode()
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing."""


def given(part: dict[str, Any], kind: str) -> dict[str, Any]:
    """A reply with what every reply has."""
    return {"id": "scripted", "object": kind, "created": 0, "model": "scripted", **part}


def renumbered(draft: str, passages: list[str], prompt: str) -> str:
    """The draft with each marker as the prompt numbers that passage; one that the prompt leaves out stays unknown (99)."""
    plain = re.sub(r"\s", "", prompt)
    numbers = {}
    for n, passage in enumerate(passages, start=1):
        at = plain.find(re.sub(r"\s", "", passage)[:_HEAD])
        before = MARKER.findall(plain[:at]) if at >= 0 else []
        numbers[n] = int(before[-1]) if before else 99
    return MARKER.sub(lambda m: f"[{numbers.get(int(m[1]), 99)}]", draft)


def bare(text: str) -> str:
    """Letters and figures alone."""
    return re.sub(r"[\W_]", "", fold(MARKER.sub("", text)))


def measure(path: Path) -> dict[str, Any]:
    """Good and bad sentences, those that the reader saw, and how many answers were refused."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Endpoint)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings = load_settings()
    llm = settings.llm.model_copy(
        update={"base_url": f"http://127.0.0.1:{server.server_port}/v1", "model": "scripted"}
    )
    verify = settings.verify.model_copy(update={"judge": "off"})
    settings = settings.model_copy(update={"llm": llm, "verify": verify})
    seen: dict[str, list[bool]] = {"good": [], "bad": [], "wrong marker": []}
    answered = 0
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    qa = PolicyQA(settings, None, LanguageModel(settings))
    try:
        for row in rows:
            Endpoint.draft = "\n".join(sentence["text"] for sentence in row["sentences"])
            Endpoint.passages, Endpoint.asked = row["passages"], 0
            answer = qa.answer_from(row["question"], row["passages"])
            answered += not answer.refused
            text = bare(answer.text)
            for sentence in row["sentences"]:
                (said, *_) = claims(sentence["text"])
                wrong = "wrong marker" if sentence.get("error") == "wrong_citation" else "bad"
                seen["good" if sentence["ok"] else wrong].append(bare(said.text) in text)
    finally:
        qa.close()
        server.shutdown()
        server.server_close()
    found: dict[str, Any] = {"drafts": len(rows), "answered": answered}
    for name, those in seen.items():
        share = round(sum(those) / len(those), 3)
        interval = [round(x, 3) for x in wilson(sum(those), len(those))]
        found[name] = {"seen": sum(those), "of": len(those), "share": share, "interval": interval}
    return found


def main() -> None:
    """Measures, prints, writes `benchmarks/results/served_drafts.json`."""
    parser = command_line.parser(__doc__, takes_data=True)
    args = parser.parse_args()
    found = measure(args.data / "verify_dev.jsonl")
    print(json.dumps(found, ensure_ascii=False, indent=1))
    results_file.save("served_drafts", found)


if __name__ == "__main__":
    main()
