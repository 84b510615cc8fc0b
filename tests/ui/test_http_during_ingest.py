"""While an ingest changes the index, every read is answered from one state or the other."""

import threading


def test_reads_go_on_while_the_index_changes(client, articles_folder):
    paths = ["/api/health", "/api/metrics", "/api/articles", "/api/search?q=港口"]
    one = client.get("/api/articles").json()["articles"][0]["id"]
    stop, bad = threading.Event(), []

    def read():
        while not stop.is_set():
            for path in [*paths, f"/api/articles/{one}"]:
                response = client.get(path)
                if response.status_code != 200:
                    bad.append((path, response.status_code, response.text))

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for number in range(6):
        (articles_folder / f"{number}.txt").write_text(
            f"第{number}期简报，讲的是第{number}件事。", encoding="utf-8"
        )
        job = client.post("/api/ingest", json={}).json()
        while (state := client.get(f"/api/jobs/{job['id']}").json())["state"] in ("queued", "running"):
            pass
        assert state["state"] == "done" and state["report"]["added"] == 1, state
    stop.set()
    for reader in readers:
        reader.join()
    assert bad == []
