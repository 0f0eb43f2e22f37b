"""The first requests for the document may come together."""

import threading

from results import openapi


def test_it_is_made_once_however_many_ask_first(monkeypatch):
    openapi._made.cache_clear()
    found, failed = [], []

    def ask():
        try:
            found.append(openapi.published_document())
        except Exception as failure:
            failed.append(failure)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert all(document is found[0] for document in found) and len(found) == 4
