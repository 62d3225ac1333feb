/*
 * What a host adds to the commands by which BullMQ takes a job, so that the start of a call is counted in the same
 * step: README.md beside this file, "Taking and beginning in one".
 */

import { protocolVersion } from './messages.js';

/** BullMQ's commands that take a job, and where they have their arguments. */
const takingCommands = {
  moveToActive: { prefix: 'ARGV[1]', options: 'ARGV[3]', finished: "''", marker: 'KEYS[11]' },
  moveToFinished: { prefix: 'ARGV[7]', options: 'ARGV[8]', finished: 'ARGV[1]', marker: 'KEYS[14]' },
} as const;

/** The bits of the `progress` of a job that was taken. */
export const Taken = {
  /** Its first start was counted. */
  begun: 1,
  /** No other job waited. */
  last: 2,
} as const;

/** Whether the `progress` of a job has that bit. */
export function isTaken(progress: unknown, bit: number): boolean {
  return typeof progress === 'number' && (progress & bit) !== 0;
}

export type TakingCommand = keyof typeof takingCommands;

export function isTakingCommand(name: string): name is TakingCommand {
  return Object.hasOwn(takingCommands, name);
}

/**
 * BullMQ's script, and then our step. A job that it takes and that may be begun at once is; its `progress`, which
 * nothing else uses, says so: see `Taken`.
 */
export function takeAndBegin(command: TakingCommand, lua: string): string {
  const { prefix, options, finished, marker } = takingCommands[command];
  return `
local function take()
${lua}
end
local options = cmsgpack.unpack(${options})
local token, host = options['token'], options['name']
local root = string.match(KEYS[1], '^{[^}]*}')
local taken = root .. ':taken:' .. token
-- Is this command sent again, after its connection broke? Then the job that it took is still locked by its token.
local from, former = string.match(redis.call('GET', taken) or '', '^(%S*) (%S+)$')
local again = former and from == ${finished} and redis.call('GET', ${prefix} .. former .. ':lock') == token
local result = again and { redis.call('HGETALL', ${prefix} .. former), former, 0, 0 } or take()
if type(result) ~= 'table' or type(result[2]) ~= 'string' then return result end
-- BullMQ wakes the next idle worker, which looks for another job: not where there is none.
local last = redis.call('LLEN', KEYS[1]) == 0 and redis.call('ZCARD', KEYS[3]) == 0
if last then redis.call('ZREM', ${marker}, '0') end
local fields, id = result[1], result[2]
local job = {}
for i = 1, #fields, 2 do job[fields[i]] = fields[i + 1] end
if not again then redis.call('SET', taken, ${finished} .. ' ' .. id, 'PX', options['lockDuration']) end
local begun = again and job.host == host and job.take == token
if not begun and not job.starts then
  local client, name, version =
    string.match(job.data or '', '^{"protocol":${protocolVersion},"client":"([%w_]+)","name":"([^"\\\\]+)","version":"([^"\\\\]*)",')
  if not client then
    name, version = string.match(job.data or '', '^{"protocol":${protocolVersion},"name":"([^"\\\\]+)","version":"([^"\\\\]*)",')
  end
  if name and redis.call('SISMEMBER', root .. ':knows:' .. host, name .. '\\n' .. version) == 1
      and redis.call('EXISTS', root .. ':answered:' .. id) == 0 then
    local life = client and redis.call('PTTL', root .. ':replies:' .. client) or 1
    if life > 0 and (not client or redis.call('EXISTS', root .. ':client:' .. client) == 1) then
      redis.call('HSET', ${prefix} .. id, 'starts', 1, 'host', host, 'take', token)
      if client then
        redis.call('HSET', root .. ':begun:' .. client, id, '1 ' .. host)
        redis.call('PEXPIRE', root .. ':begun:' .. client, life)
      end
      begun = true
    end
  end
end
fields[#fields + 1] = 'progress'
fields[#fields + 1] = (begun and ${Taken.begun} or 0) + (last and ${Taken.last} or 0) .. ''
return result
`;
}
