"""The Django project: settings, URLs and server entry points."""

__version__ = "0.1.0"
