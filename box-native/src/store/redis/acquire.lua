-- Takes the lease if nobody has it: owner, milliseconds, milliseconds for which whoever lost it may be at work ->
-- {0 or 1 (taken over, now or a while ago) or -1 (another has it), fence}.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local held = redis.call('HMGET', KEYS[1], 'lease', 'until', 'fence', 'over', 'contested')
local lease, over = held[1], held[4]
local fence, contested = tonumber(held[3] or 0), tonumber(held[5] or 0)
if lease ~= ARGV[1] then
    if lease and tonumber(held[2]) > now then
        return {-1, 0}
    end
    if lease then
        contested = now + ARGV[3]
    end
    over = contested > now and '1' or '0'
    -- Not below what a server that has lost everything gave before.
    fence = math.max(fence + 1, now)
end
local number = function(value) return string.format('%.0f', value) end
local ends = number(now + ARGV[2])
redis.call('HSET', KEYS[1], 'lease', ARGV[1], 'until', ends, 'fence', number(fence), 'over', over,
    'contested', number(contested))
return {tonumber(over), fence}
