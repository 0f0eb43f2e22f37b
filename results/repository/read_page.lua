-- A page of results without its large bodies. KEYS: results, summaries. ARGV: first and
-- last rank, newest first, and the size in bytes from which on a record is large.
-- Returns each member, or {summary, size} of a large one ('' where only it tells).
local page = {}
local found = redis.call('ZREVRANGE', KEYS[1], ARGV[1], ARGV[2], 'WITHSCORES')
for i = 1, #found, 2 do
  local size = #found[i]
  if size > tonumber(ARGV[3]) then
    local field = string.format('%.17g:%d', tonumber(found[i + 1]), size)
    page[#page + 1] = {redis.call('HGET', KEYS[2], field) or '', size}
  else
    page[#page + 1] = found[i]
  end
end
return page
