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


def test_it_is_rendered_once_for_each_form(api, monkeypatch):
    first = {path: api.get(path) for path in ("/openapi.json", "/openapi.yaml")}

    def broken(*_given):
        raise AssertionError("rendered again")

    for kind in (openapi.OpenApiJsonRenderer2, openapi.OpenApiYamlRenderer2):
        monkeypatch.setattr(kind, "render", broken)
    for path, response in first.items():
        again = api.get(path)
        assert again.status_code == 200 and again.content == response.content
        assert again["Content-Type"] == response["Content-Type"]
