"""The newest entries of a test's event stream, as they leave."""

from results.codec import events, hashes
from results.domain import StreamEntry
from results.keys import Keys
from results.reading import read_test


def recent_entries(client, test_id: str, count: int) -> list[StreamEntry]:
    """Oldest first, scrubbed."""
    asked = ("XREVRANGE", Keys().events(test_id), "+", "-", "COUNT", count)
    answer = read_test(client, Keys(), test_id, [asked], hashes.SECRET)
    return [
        events.decode_entry(
            test_id,
            entry_id,
            dict(zip(fields[::2], fields[1::2], strict=True)),
            answer.scrubber,
        )
        for entry_id, fields in reversed(answer.replies[0])
    ]
