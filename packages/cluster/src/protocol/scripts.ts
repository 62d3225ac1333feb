/*
 * The steps of the protocol that must be one: Redis runs a script as a whole. README.md beside this file has the
 * states and the races that they decide.
 */

/** What `begin` returns instead of the number of the start. */
export const NotBegun = {
  /** Its client withdrew it. */
  withdrawn: -1,
  /** It was answered before: this is a late copy of it. */
  answered: -2,
  /** Its client is dead. */
  orphaned: -3,
  /** It was started as often as it may be. */
  exhausted: -4,
} as const;

export const scripts: Readonly<Record<'begin' | 'answer' | 'attach' | 'refuse' | 'renew', string>> = {
  /**
   * A host is about to run a call. KEYS: job, client's lease, answered, replies, begun. ARGV: whether a client waits,
   * how often it may be started, the beginning of the reply `begun`, the reply `dropped`, the host, what tells this
   * taking of the job from others: the script may be sent twice; and the call.
   */
  begin: `
if redis.call('EXISTS', KEYS[1]) == 0 then return ${NotBegun.withdrawn} end
if redis.call('EXISTS', KEYS[3]) == 1 then return ${NotBegun.answered} end
if ARGV[1] == '1' and redis.call('EXISTS', KEYS[2]) == 0 then
  redis.call('XADD', KEYS[4], 'NOMKSTREAM', '*', 'h', ARGV[4])
  return ${NotBegun.orphaned}
end
local starts = tonumber(redis.call('HGET', KEYS[1], 'starts') or '0')
if redis.call('HGET', KEYS[1], 'take') == ARGV[6] then return starts end
-- A start of this host that it does not run: the job was handed out, and never arrived.
if starts > 0 and redis.call('HGET', KEYS[1], 'host') == ARGV[5] then
  redis.call('HSET', KEYS[1], 'take', ARGV[6])
  return starts
end
local start = starts + 1
if start > tonumber(ARGV[2]) then return ${NotBegun.exhausted} end
redis.call('HSET', KEYS[1], 'starts', start, 'host', ARGV[5], 'take', ARGV[6])
if ARGV[1] == '1' then
  redis.call('XADD', KEYS[4], 'NOMKSTREAM', '*', 'h', ARGV[3] .. start .. '}')
  redis.call('HSET', KEYS[5], ARGV[7], start .. ' ' .. ARGV[5])
  redis.call('PEXPIRE', KEYS[5], math.max(redis.call('PTTL', KEYS[4]), 1))
end
return start
`,

  /**
   * A host answers a call: the first answer counts. KEYS: answered, replies, result, waiters, begun. ARGV: the reply
   * `answer`, its bytes, how long late copies of the call are refused, how long the result is kept, the call.
   */
  answer: `
redis.call('HDEL', KEYS[5], ARGV[5])
if not redis.call('SET', KEYS[1], '1', 'NX', 'PX', ARGV[3]) then return 0 end
if ARGV[4] == '' then
  redis.call('XADD', KEYS[2], 'NOMKSTREAM', '*', 'h', ARGV[1], 'v', ARGV[2])
  return 1
end
redis.call('HSET', KEYS[3], 'h', ARGV[1], 'v', ARGV[2])
redis.call('PEXPIRE', KEYS[3], ARGV[4])
for _, replies in ipairs(redis.call('SMEMBERS', KEYS[4])) do
  redis.call('XADD', replies, 'NOMKSTREAM', '*', 'h', ARGV[1], 'v', ARGV[2])
end
redis.call('DEL', KEYS[4])
return 1
`,

  /**
   * A client wants the answer of a call that is kept: returns it, or remembers the client. KEYS: result, waiters.
   * ARGV: the client's replies, how long to remember it.
   */
  attach: `
local result = redis.call('HMGET', KEYS[1], 'h', 'v')
if result[1] then return result end
redis.call('SADD', KEYS[2], ARGV[1])
redis.call('PEXPIRE', KEYS[2], ARGV[2])
return false
`,

  /**
   * A host refuses a call whose function it does not know. KEYS: job. Returns how many milliseconds ago the first
   * host did so, by Redis's clock.
   */
  refuse: `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
redis.call('HSETNX', KEYS[1], 'refusedAt', now)
return now - tonumber(redis.call('HGET', KEYS[1], 'refusedAt'))
`,

  /**
   * A client says that it lives. KEYS: its lease, its replies, begun. ARGV: lease, how long the replies are kept. Returns
   * whether it was still known: 0 when its lease had run out, -1 when its replies are gone.
   */
  renew: `
local known = redis.call('EXISTS', KEYS[1])
redis.call('SET', KEYS[1], '1', 'PX', ARGV[1])
redis.call('PEXPIRE', KEYS[3], ARGV[2])
if redis.call('PEXPIRE', KEYS[2], ARGV[2]) == 0 then
  redis.call('XADD', KEYS[2], '*', 'h', '{}')
  redis.call('PEXPIRE', KEYS[2], ARGV[2])
  return -1
end
return known
`,
};
