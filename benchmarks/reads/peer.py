"""The peer: what most people write first, FastAPI over the same keys.

Synchronous Redis client in asynchronous handlers, figures from every record of the
window, one `HGETALL` for each test. It is not slowed down anywhere: hiredis, uvloop
and httptools are there for it as they are for ours, and it does less (no 404 for an
unknown test, nothing hidden, no record checked).
"""

from __future__ import annotations

import json
import os
import time
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, FastAPI, HTTPException, Query
from redis import Redis

# Any: its types leave open whether it answers at once or with an awaitable.
redis: Any = Redis.from_url(os.environ["REDIS_URL"], decode_responses=True)
router = APIRouter(prefix="/api")


@router.get("/tests/{test_id}/results", response_model=None)
async def get_results(
    test_id: str, limit: int = Query(20, le=100), offset: int = Query(0, ge=0)
) -> dict[str, Any]:
    key = f"results:{test_id}"
    total = redis.zcard(key)
    found = redis.zrevrangebyscore(key, "+inf", "-inf", start=offset, num=limit)
    results = [json.loads(member) for member in found]
    return {
        "test_id": test_id,
        "results": results,
        "total": total,
        "limit": limit,
        "offset": offset,
    }


@router.get("/tests/{test_id}/results/{run_id}", response_model=None)
async def get_result(test_id: str, run_id: str) -> dict[str, Any]:
    """Not in the plan, whose keys allow nothing but reading all of them."""
    for member in redis.zrevrange(f"results:{test_id}", 0, -1):
        run: dict[str, Any] = json.loads(member)
        if run["run_id"] == run_id:
            return run
    raise HTTPException(404)


@router.get("/tests/{test_id}/timing", response_model=None)
async def get_timing(test_id: str, limit: int = Query(50, le=200)) -> dict[str, Any]:
    key = f"timing:{test_id}"
    total = redis.zcard(key)
    points = [
        {
            "timestamp": datetime.fromtimestamp(score, UTC).isoformat(),
            "duration_ms": int(member.split(":")[0]),
        }
        for member, score in redis.zrevrange(key, 0, limit - 1, withscores=True)
    ]
    return {"test_id": test_id, "timing": points, "total": total}


@router.get("/tests/{test_id}/uptime", response_model=None)
async def get_uptime(test_id: str, hours: int = Query(24, le=720)) -> dict[str, Any]:
    oldest = time.time() - hours * 3600
    members = redis.zrangebyscore(f"results:{test_id}", oldest, "+inf")
    total = len(members)
    passed = sum(1 for member in members if json.loads(member)["passed"])
    return {
        "test_id": test_id,
        "uptime_pct": passed / total * 100 if total else 100.0,
        "total_runs": total,
        "passed_runs": passed,
        "failed_runs": total - passed,
        "window_hours": hours,
    }


@router.get("/tests/{test_id}/incidents", response_model=None)
async def get_incidents(test_id: str, limit: int = Query(10, le=50)) -> dict[str, Any]:
    key = f"incidents:{test_id}"
    total = redis.llen(key)
    incidents = [json.loads(item) for item in redis.lrange(key, 0, limit - 1)]
    return {"test_id": test_id, "incidents": incidents, "total": total}


@router.get("/dashboard", response_model=None)
async def get_dashboard() -> dict[str, Any]:
    tests = list_test_suites()
    results = [test.get("last_result") for test in tests]
    ran = [test for test in tests if test.get("last_run_at")]
    ran.sort(key=lambda test: test["last_run_at"], reverse=True)
    return {
        "total_tests": len(tests),
        "active_tests": sum(test.get("status") == "active" for test in tests),
        "paused_tests": sum(test.get("status") == "paused" for test in tests),
        "passing": results.count("passed"),
        "failing": results.count("failed"),
        "pending": results.count("pending"),
        "recent_runs": [recent_run(test) for test in ran[:5]],
    }


def list_test_suites() -> list[dict[str, str]]:
    """The plan reuses this one: every test with all its fields."""
    hashes = (
        redis.hgetall(f"test:{test_id}") for test_id in redis.smembers("tests:all")
    )
    return [fields for fields in hashes if fields]


def recent_run(test: dict[str, str]) -> dict[str, str]:
    return {
        "test_id": test["id"],
        "test_name": test["name"],
        "test_url": test["url"],
        "last_result": test["last_result"],
        "last_run_at": test["last_run_at"],
    }


app = FastAPI()
app.include_router(router)
