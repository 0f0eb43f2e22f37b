-- One run by its id. KEYS: results, and the run ids that passed and that failed, with
-- their times. ARGV: the run id. Returns the members of that moment, newest first.
local at = redis.call('ZSCORE', KEYS[2], ARGV[1]) or redis.call('ZSCORE', KEYS[3], ARGV[1])
if not at then
  return {}
end
return redis.call('ZREVRANGEBYSCORE', KEYS[1], at, at)
