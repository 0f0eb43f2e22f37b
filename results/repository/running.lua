-- Ids of listed tests whose newest event is so new, and not the last one of its run.
-- KEYS: the set of all ids. ARGV: the stream's key before the id and behind it, the
-- least id of such an event, and the types of a run's last event.

local last = {}
for i = 4, #ARGV do
  last[ARGV[i]] = true
end

local function is_last(fields)
  local kind = ''
  for i = 1, #fields, 2 do
    if fields[i] == 'type' then
      kind = fields[i + 1]
    end
  end
  return last[kind]
end

local found = {}
for _, id in ipairs(redis.call('SMEMBERS', KEYS[1])) do
  local newest = redis.pcall('XREVRANGE', ARGV[1] .. id .. ARGV[2], '+', ARGV[3], 'COUNT', 1)
  -- A key of another type is no stream.
  if not newest['err'] and newest[1] and not is_last(newest[1][2]) then
    found[#found + 1] = id
  end
end
return found
