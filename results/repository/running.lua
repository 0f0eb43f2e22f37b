-- Which listed tests have an event that is at least so new, and of which type the newest
-- one is. KEYS: the set of all ids. ARGV: the stream's key without the id, and the
-- least id of an entry. Returns ids and types in turns.

local found = {}
for _, id in ipairs(redis.call('SMEMBERS', KEYS[1])) do
  local newest = redis.pcall('XREVRANGE', ARGV[1] .. id, '+', ARGV[2], 'COUNT', 1)
  -- A key of another type is no stream.
  if not newest['err'] and newest[1] then
    local kind, fields = '', newest[1][2]
    for i = 1, #fields, 2 do
      if fields[i] == 'type' then
        kind = fields[i + 1]
      end
    end
    found[#found + 1] = id
    found[#found + 1] = kind
  end
end
return found
