"""The write half, for a writer in Python: `from results.recorder import Recorder`.

Nothing in here needs Django or its settings.
"""

from results.recorder.acknowledging import LevelRefused, NotConfirmed
from results.recorder.outcome import Recorded, RunConflict
from results.recorder.recorder import Recorder

__all__ = ["LevelRefused", "NotConfirmed", "Recorded", "Recorder", "RunConflict"]
