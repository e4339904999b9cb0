-- Gives the lease back, so that nobody takes it over: owner.
if redis.call('HGET', KEYS[1], 'lease') == ARGV[1] then
    redis.call('HDEL', KEYS[1], 'lease', 'until', 'over')
end
return true
