"""The articles folder while it is watched: what comes and changes is told, what is no article is not."""

import threading
import time

from ingest.watch import changes, lists


class Watched:
    """Collects what `changes` finds in a thread."""

    def __init__(self, folder):
        self.found, self.ticks, self.stop = [], 0, threading.Event()
        self.thread = threading.Thread(target=self._run, args=(folder,), daemon=True)
        self.thread.start()

    def _run(self, folder):
        for paths in changes(folder, self.stop):
            self.ticks += 1
            self.found += paths

    def wait(self, enough):
        for _ in range(300):
            if enough(self):
                return
            time.sleep(0.1)
        raise AssertionError(self.found)

    def end(self):
        self.stop.set()
        self.thread.join(20)
        assert not self.thread.is_alive()


def test_new_and_changed_files_are_found_in_folders_of_any_depth(tmp_path):
    watched = Watched(tmp_path)
    watched.wait(lambda w: w.ticks)  # it is watching by now
    (tmp_path / "二" / "三").mkdir(parents=True)
    watched.wait(lambda w: w.ticks > 3)
    for name in ("甲.txt", "二/三/乙.md", ".隐藏.txt", "~$丙.docx", "丁.exe", "订阅.opml", "页面.urls"):
        (tmp_path / name).write_text("江海市建成科创飞地5个。", encoding="utf-8")
    watched.wait(lambda w: {p.name for p in w.found} >= {"甲.txt", "乙.md"})
    watched.found.clear()
    (tmp_path / "甲.txt").write_text("江海市建成科创飞地6个。", encoding="utf-8")
    (tmp_path / "二/三/乙.md").unlink()
    watched.wait(lambda w: w.found)
    ticks = watched.ticks
    watched.wait(lambda w: w.ticks > ticks + 1)
    assert {p.name for p in watched.found} == {"甲.txt"}
    watched.end()


def test_a_folder_that_is_not_there_is_told_and_stops_nothing(tmp_path, caplog):
    watched = Watched(tmp_path / "没有")
    watched.wait(lambda w: w.ticks)
    watched.end()
    assert watched.found == [] and "没有" in caplog.text


def test_lists_of_addresses_are_found_in_folders_that_exist(tmp_path):
    for name in ("a.urls", "b.opml", "c.txt", ".d.opml"):
        (tmp_path / name).write_text("x", encoding="utf-8")
    assert [p.name for p in lists([tmp_path, tmp_path / "没有"])] == ["a.urls", "b.opml"]
