-- Records one run in one step. KEYS: results, timing, test, incidents, recorded.
-- ARGV: run id, digest, member, timing member, score, last_result, last_run_at,
-- incident ('' for none), keep_runs and keep_incidents (0 keeps all).
-- Then, for index_run.lua, KEYS: head, passed, failed, corrupt, duplicates, facts,
-- large. ARGV: version, generation, facts, summary ('' for none), size.
-- Returns {word, ...}: 'new', 'repeat', 'too old', 'conflict', 'wrong type'.

local results, timing, test, incidents, recorded = unpack(KEYS)
local run_id, digest, member, point, score = unpack(ARGV, 1, 5)
local last_result, last_run_at, incident = unpack(ARGV, 6, 8)
local keep_runs, keep_incidents = tonumber(ARGV[9]), tonumber(ARGV[10])
local CHUNK = 100

-- A script is not rolled back, so whatever could fail is looked at first.
local types = {'zset', 'zset', 'hash', 'list', 'hash'}
for i, expected in ipairs(types) do
  local found = redis.call('TYPE', KEYS[i])['ok']
  if found ~= 'none' and found ~= expected then
    return {'wrong type', KEYS[i], found}
  end
end

-- With all runs of the test gone there is nothing left to repeat.
local is_stale = redis.call('EXISTS', results) == 0
local known = not is_stale and redis.call('HGET', recorded, run_id)
if known then
  return {known == digest and 'repeat' or 'conflict'}
end
-- The guard may have been deleted; the same bytes are the same run.
if redis.call('ZSCORE', results, member) then
  return {'repeat'}
end

local index = index_before(is_stale)
local excess = 0
redis.call('ZADD', results, score, member)
if keep_runs > 0 then
  excess = redis.call('ZCARD', results) - keep_runs
  if redis.call('ZRANK', results, member) < excess then
    redis.call('ZREM', results, member)
    return {'too old'}
  end
end
redis.call('ZADD', timing, score, point)
if redis.call('ZCOUNT', results, '(' .. score, '+inf') == 0 then
  redis.call('HSET', test, 'last_result', last_result, 'last_run_at', last_run_at)
end
if incident ~= '' then
  redis.call('LPUSH', incidents, incident)
end
if keep_incidents > 0 then
  redis.call('LTRIM', incidents, 0, keep_incidents - 1)
end
if is_stale then
  redis.call('DEL', recorded)
end
redis.call('HSET', recorded, run_id, digest)

local function forget(old_run_id, old_score)
  redis.call('HDEL', recorded, old_run_id)
  local before, after = old_run_id .. ':', ':' .. old_run_id
  for _, old in ipairs(redis.call('ZRANGEBYSCORE', timing, old_score, old_score)) do
    if string.sub(old, 1, #before) == before or string.sub(old, -#after) == after then
      redis.call('ZREM', timing, old)
    end
  end
end

while excess > 0 do
  local oldest = redis.call(
    'ZRANGE', results, 0, math.min(excess, CHUNK) - 1, 'WITHSCORES')
  for i = 1, #oldest, 2 do
    local readable, record = pcall(cjson.decode, oldest[i])
    if readable and type(record) == 'table' and type(record.run_id) == 'string' then
      forget(record.run_id, oldest[i + 1])
      if index then
        index_forget(record.run_id, oldest[i + 1])
      end
    end
    redis.call('ZREM', results, oldest[i])
  end
  excess = excess - CHUNK
end
if keep_runs > 0 then
  redis.call('ZREMRANGEBYRANK', timing, 0, -keep_runs - 1)
end
if index then
  index_run(index)
end
return {'new'}
