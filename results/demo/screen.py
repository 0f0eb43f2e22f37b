"""What the demo says: with colours and a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn
from rich.text import Text

from results.demo.account import Login
from results.demo.catalogue import DOCS_PAGE, DemoTest
from results.demo.feeder import INTERVAL_SECONDS
from results.demo.run_record import RunRecord
from results.demo.seeding import Progress as HearOfProgress

LABEL_WIDTH = 11


class Screen:
    """Where the demo speaks to whoever started it."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._last_outcomes: dict[str, bool] = {}

    def say(self, line: str = "", style: str = "") -> None:
        # Wrapped softly: a path that is broken in two cannot be copied.
        self._console.print(Text(line, style), soft_wrap=True)

    def warn(self, line: str) -> None:
        self.say(line, "yellow")

    @contextmanager
    def progress(self) -> Iterator[HearOfProgress]:
        """A bar for each test on a terminal, elsewhere a line when it is done."""
        if not self._console.is_terminal:
            yield self._say_when_done
            return
        columns = TextColumn("  {task.description:32}"), BarColumn()
        with Progress(
            *columns, MofNCompleteColumn(), console=self._console, transient=True
        ) as bars:
            yield Bars(bars).show

    def welcome(self, base_url: str, feed: bool, login: Login | None = None) -> None:
        """What to open, and what happens from here on."""
        self.say()
        first, *others = doors(base_url)
        account = [("Log in as", f"{login.name}, {login.password}")] if login else []
        for label, door in [first, *account, *others]:
            line = Text(f"  {label:{LABEL_WIDTH}}", "bold").append(
                door, "not bold cyan"
            )
            self._console.print(line, soft_wrap=True)
        self.say()
        if feed:
            self.say(
                f"The product checks itself every {INTERVAL_SECONDS:.0f} s; "
                "an outcome that changes is said here."
            )
        self.say("Ctrl-C stops everything; the data stays for the next start.")

    def checked(self, test: DemoTest, record: RunRecord) -> None:
        """A run of the feeder: said when it differs from the one before it."""
        passed = record["passed"]
        if self._last_outcomes.get(test.id) == passed:
            return
        self._last_outcomes[test.id] = passed
        at = f"  {record['started_at'][11:19]} UTC  "
        verdict = ("passed", "green") if passed else ("failed", "red")
        how = f"{record['duration_ms']} ms" if passed else record["error"]
        line = Text.assemble((at, "dim"), verdict, f"  {test.name}: {how}")
        self._console.print(line, soft_wrap=True)

    def _say_when_done(self, name: str, done: int, total: int) -> None:
        if done == total:
            self.say(f"  {name}: {total:,} runs")


class Bars:
    """Rich's bars, one for each name that is heard of."""

    def __init__(self, bars: Progress) -> None:
        self._bars = bars
        self._tasks: dict[str, TaskID] = {}

    def show(self, name: str, done: int, total: int) -> None:
        if name not in self._tasks:
            self._tasks[name] = self._bars.add_task(name, total=total)
        self._bars.update(self._tasks[name], completed=done, total=total)


def doors(base_url: str) -> list[tuple[str, str]]:
    """What to open, and where it is."""
    live = f"{base_url}/api/tests/{DOCS_PAGE.id}/live"
    return [
        ("Ops view", f"{base_url}/ops/"),
        ("Docs", f"{base_url}/docs"),
        ("API", f"{base_url}/api/"),
        ("Dashboard", f"{base_url}/api/dashboard"),
        ("Live page", live),
        ("Live feed", f"curl -N {live}"),
    ]
