-- Takes the lease if nobody has it: owner, milliseconds -> {0 or 1 (taken over) or -1 (another has it), fence}.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local held = redis.call('HMGET', KEYS[1], 'lease', 'until', 'fence', 'over')
local lease, over = held[1], held[4]
local fence = tonumber(held[3] or 0)
if lease ~= ARGV[1] then
    if lease and tonumber(held[2]) > now then
        return {-1, 0}
    end
    over = lease and '1' or '0'
    -- Not below what a server that has lost everything gave before.
    fence = math.max(fence + 1, now)
end
local number = function(value) return string.format('%.0f', value) end
local ends = number(now + ARGV[2])
redis.call('HSET', KEYS[1], 'lease', ARGV[1], 'until', ends, 'fence', number(fence), 'over', over)
return {tonumber(over), fence}
