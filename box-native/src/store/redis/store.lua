-- Writes a record: fence, expected generation, new generation, record -> {whether it is there, generation}.
local held = redis.call('HMGET', KEYS[1], 'fence', 'generation', 'record')
local fence, generation = held[1] or '0', held[2] or '0'
if fence ~= ARGV[1] then
    return {0, generation}
end
-- The answer to an earlier try may have been lost.
local done = generation == ARGV[3] and held[3] == ARGV[4]
if not done and generation ~= ARGV[2] then
    return {0, generation}
end
redis.call('HSET', KEYS[1], 'generation', ARGV[3], 'record', ARGV[4])
return {1, ARGV[3]}
