"""The ops view in a real Chromium, driven by Playwright: what people do there.

The server and the browser are started once for all files of the package that a
process runs.
"""
