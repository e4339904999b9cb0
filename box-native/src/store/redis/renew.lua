-- Prolongs the lease: owner, milliseconds -> whether it is still the owner's.
if redis.call('HGET', KEYS[1], 'lease') ~= ARGV[1] then
    return false
end
local time = redis.call('TIME')
local ends = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[2]
redis.call('HSET', KEYS[1], 'until', string.format('%.0f', ends))
return true
