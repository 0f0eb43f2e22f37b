"""Legacy timing members rewritten to `duration_ms:run_id`, where the run is known.

The only place that changes a writer's key, because an operator asked for it.
"""

from results.timing_migration.migrating import (
    TimingReport,
    ids_with_timing,
    migrate_timing,
)

__all__ = ["TimingReport", "migrate_timing", "ids_with_timing"]
