-- A range of results without its large bodies. KEYS: results, summaries. ARGV: the size in
-- bytes from which on a record is large, then the command with what follows its key.
-- Returns for each member itself, or {summary, size} of a large one ('' where only it
-- tells), and its score.
local page = {}
local found = redis.call(ARGV[2], KEYS[1], unpack(ARGV, 3))
for i = 1, #found, 2 do
  local size = #found[i]
  if size > tonumber(ARGV[1]) then
    local field = string.format('%.17g:%d', tonumber(found[i + 1]), size)
    page[#page + 1] = {redis.call('HGET', KEYS[2], field) or '', size}
  else
    page[#page + 1] = found[i]
  end
  page[#page + 1] = found[i + 1]
end
return page
