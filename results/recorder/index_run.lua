-- Keeps the run index of the test up to date, in the script that records the run, so
-- that readers find nothing to do. Only an index that agrees with the results is
-- touched: any other one is for a reader to mend. See results/run_index.

local names = {unpack(KEYS, 6, 12)}
local version, generation, facts, summary, size = unpack(ARGV, 11, 15)
local LARGE = 262144

local function index_sum(command, ...)
  local sum = 0
  for i = 2, 5 do
    sum = sum + redis.call(command, names[i], ...)
  end
  return sum
end

local function index_is_usable()
  local types = {'string', 'zset', 'zset', 'zset', 'zset', 'hash', 'hash'}
  for i, key in ipairs(names) do
    local found = redis.call('TYPE', key)['ok']
    if found ~= 'none' and found ~= types[i] then
      return false
    end
  end
  return true
end

-- The head of an index that holds every run, or a fresh one for a test without runs;
-- nil when there is none to keep.
local function index_before(is_empty)
  if is_empty then
    redis.call('DEL', unpack(names))
    return {large = '0'}
  end
  if not index_is_usable() then
    return nil
  end
  local words = {}
  for word in string.gmatch(redis.call('GET', names[1]) or '', '%S+') do
    words[#words + 1] = word
  end
  if #words ~= 9 or words[1] ~= version or words[8] ~= '1' then
    return nil
  end
  local total, results = tonumber(words[3]), KEYS[1]
  if redis.call('ZCARD', results) ~= total
    or index_sum('ZCARD') ~= total
    or redis.call('ZCOUNT', results, words[4], '+inf') ~= tonumber(words[5])
    or redis.call('ZCOUNT', results, '-inf', words[6]) ~= tonumber(words[7])
    or redis.call('ZCOUNT', results, words[6], words[4]) ~= total
    or redis.call('ZSCORE', names[2], ARGV[1])
    or redis.call('ZSCORE', names[3], ARGV[1]) then
    return nil
  end
  return {generation = words[2], newest = words[4], oldest = words[6], large = words[9]}
end

-- A run that is not older than the newest keeps the epoch, the part before the dot:
-- what is trimmed is the oldest. See results/run_index.
local function index_generation(index, at)
  if not index.generation or tonumber(at) < tonumber(index.newest) then
    return generation
  end
  local epoch, count = string.match(index.generation, '^([^.]*)%.?(.*)$')
  return epoch .. '.' .. string.format('%d', (tonumber(count) or 0) + 1)
end

local function large_field(at, bytes)
  return string.format('%.17g:%d', tonumber(at), bytes)
end

local function index_forget(run_id, at)
  for i = 2, 3 do
    local found = redis.call('ZSCORE', names[i], run_id)
    if found and tonumber(found) == tonumber(at) then
      local known = redis.call('HGET', names[6], run_id)
      local bytes = known and tonumber(cjson.decode(known)[2]) or 0
      if bytes > LARGE then
        redis.call('HDEL', names[7], large_field(at, bytes))
      end
      redis.call('HDEL', names[6], run_id)
      redis.call('ZREM', names[i], run_id)
    end
  end
end

-- Forgets what was trimmed and is no run. Should such a member have had the very time
-- of the oldest one that is left, the counts differ, and a reader mends that.
local function index_trim(oldest)
  for i = 4, 5 do
    redis.call('ZREMRANGEBYSCORE', names[i], '-inf', '(' .. oldest)
  end
end

local function index_run(index)
  local run_id, at, passed = ARGV[1], ARGV[5], ARGV[6] == 'passed'
  redis.call('ZADD', names[passed and 2 or 3], at, run_id)
  redis.call('HSET', names[6], run_id, facts)
  if tonumber(size) > LARGE then
    local field = large_field(at, tonumber(size))
    local is_alone = redis.call('HEXISTS', names[7], field) == 0
    redis.call('HSET', names[7], field, is_alone and summary or '')
    index.large = '1'
  end
  local oldest = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')[2]
  if index.oldest and tonumber(oldest) > tonumber(index.oldest) then
    index_trim(oldest)
  end
  local newest = index.newest
  if not newest or tonumber(at) > tonumber(newest) then
    newest = at
  end
  redis.call('SET', names[1], table.concat({version, index_generation(index, at),
    index_sum('ZCARD'), newest, index_sum('ZCOUNT', newest, '+inf'), oldest,
    index_sum('ZCOUNT', '-inf', oldest), '1', index.large}, ' '))
end

