/**
 * The atomic steps of presence, as Redis runs them, by Redis's own clock: no process's clock is asked.
 *
 * PREFIX:owners        sorted set: owner → when its lease lapses, in milliseconds
 * PREFIX:user:USER     set of `OWNER|CONNECTION`: all connections of a user
 * PREFIX:owner:OWNER   set of `USER|CONNECTION`: all connections of an owner, for when it is gone
 * PREFIX:returned      set of USER: back, or never gone, though they were not online here for a while
 * PREFIX:settling      there for a while after Redis turned out to have lost everything
 *
 * Neither OWNER nor USER contains `|`. An entry counts while its owner's lease runs, so that a gateway costs one write
 * per renewal, whatever number of connections it has. In Redis Cluster one step must find all its keys on one node:
 * the default prefix is a hash tag, which puts them into one slot; several prefixes, with users spread over them by
 * hash, would spread the load.
 */
import type { Redis, Result } from 'ioredis';
import { orUnavailable } from './trouble.js';

/** Owns, with a lease that nobody renews, the connections that ended when it could not be known whether they were the last. */
export const NOBODY = 'nobody';

const PRELUDE = `
local owners, prefix = KEYS[1], ARGV[1]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local known = {}
local function alive(owner)
  if known[owner] == nil then
    local lapses = redis.call('ZSCORE', owners, owner)
    known[owner] = lapses and tonumber(lapses) > now or false
  end
  return known[owner]
end
local function userKey(user) return prefix .. ':user:' .. user end
local function ownerKey(owner) return prefix .. ':owner:' .. owner end
local function live(user)
  for _, entry in ipairs(redis.call('SMEMBERS', userKey(user))) do
    if alive(string.match(entry, '^[^|]*')) then return true end
  end
  return false
end
local function register(owner, user, connection, kept)
  redis.call('SADD', userKey(user), owner .. '|' .. connection)
  redis.call('PEXPIRE', userKey(user), kept * 2)
  redis.call('SADD', ownerKey(owner), user .. '|' .. connection)
end
local function back(user, kept)
  redis.call('SADD', prefix .. ':returned', user)
  redis.call('PEXPIRE', prefix .. ':returned', kept)
end
local function lease(owner, lasts, kept)
  local lapses = redis.call('ZSCORE', owners, owner)
  if lapses and tonumber(lapses) <= now and owner ~= '${NOBODY}' then
    for _, entry in ipairs(redis.call('SMEMBERS', ownerKey(owner))) do back(string.match(entry, '^[^|]*'), kept) end
  end
  redis.call('ZADD', owners, string.format('%.0f', now + lasts), owner)
  redis.call('PEXPIRE', owners, kept)
  redis.call('PEXPIRE', ownerKey(owner), kept)
end
local function settle(owner, had, grace)
  if had == '1' and not redis.call('ZSCORE', owners, owner) then
    redis.call('SET', prefix .. ':settling', owner, 'PX', grace)
  end
end
`;

/** The terms of an owner: how long its lease is, how long its keys are kept, whether it had a lease before, and the grace. */
const TERMS = `
local owner, lasts, kept, had, grace = ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4]), ARGV[5], ARGV[6]
settle(owner, had, grace)
`;

const attaching = (whenFirst: string): string => `${TERMS}
local first = {}
for i = 7, #ARGV, 2 do
  local user, connection = ARGV[i], ARGV[i + 1]
  local isFirst = not live(user)
  ${whenFirst}
  register(owner, user, connection, kept)
  first[#first + 1] = isFirst and 1 or 0
end
lease(owner, lasts, kept)
return first
`;

/**
 * owner, terms, then user and connection by turns → for each 1 when the user had no live connection before.
 * A user's entries are kept for longer than the owner's, which leads to them.
 */
const ATTACH = attaching('');

/** The same for connections that stood all the time: whoever is online by them only now is back. */
const RESTORE = attaching('if isFirst then back(user, kept) end');

/**
 * owner, terms, then user and connection by turns → for each 1 when the user has no live connection left.
 * While Redis settles nobody knows that: other owners may not have registered theirs again. Such users are NOBODY's
 * then, and thereby online until the grace is over.
 */
const DETACH = `${TERMS}
known[owner] = true
local settling = redis.call('EXISTS', prefix .. ':settling') == 1
local last = {}
for i = 7, #ARGV, 2 do
  local user, connection = ARGV[i], ARGV[i + 1]
  redis.call('SREM', userKey(user), owner .. '|' .. connection)
  redis.call('SREM', ownerKey(owner), user .. '|' .. connection)
  local none = not live(user)
  if none and settling then
    register('${NOBODY}', user, owner, kept)
    lease('${NOBODY}', tonumber(grace), kept)
  end
  last[#last + 1] = none and not settling and 1 or 0
end
lease(owner, lasts, kept)
return last
`;

/** owner, terms → whether the lease was still running, and how many connections are known of the owner. */
const RENEW = `${TERMS}
local running = alive(owner) and 1 or 0
lease(owner, lasts, kept)
redis.call('ZREMRANGEBYSCORE', owners, '-inf', string.format('%.0f', now - kept))
return { running, redis.call('SCARD', ownerKey(owner)) }
`;

/** owner: its lease ends now, and what is left of its connections has lapsed. */
const RELINQUISH = `
local owner = ARGV[2]
if redis.call('EXISTS', ownerKey(owner)) == 1 then
  redis.call('ZADD', owners, string.format('%.0f', now), owner)
else
  redis.call('ZREM', owners, owner)
end
return 0
`;

/** users → for each 1 when online. */
const ONLINE = `
local online = {}
for i = 2, #ARGV do online[#online + 1] = live(ARGV[i]) and 1 or 0 end
return online
`;

/** → the owners whose lease lapsed and who left connections behind. */
const LAPSED_OWNERS = `
local left = {}
for _, owner in ipairs(redis.call('ZRANGEBYSCORE', owners, '-inf', string.format('%.0f', now))) do
  if redis.call('EXISTS', ownerKey(owner)) == 1 then left[#left + 1] = owner
  else redis.call('ZREM', owners, owner) end
end
return left
`;

/**
 * all, then users: drops the lapsed connections, of everybody with all = 1, else of those who are online → who is not.
 * With all = 1 they have been told of, and are not back any more.
 */
const SWEEP = `
local all = ARGV[2] == '1'
local offline = {}
for i = 3, #ARGV do
  local user = ARGV[i]
  local isLive = live(user)
  if not isLive then offline[#offline + 1] = user end
  if all then redis.call('SREM', prefix .. ':returned', user) end
  if all or isLive then
    for _, entry in ipairs(redis.call('SMEMBERS', userKey(user))) do
      local owner, connection = string.match(entry, '^([^|]*)|(.*)$')
      if not alive(owner) then
        redis.call('SREM', userKey(user), entry)
        redis.call('SREM', ownerKey(owner), user .. '|' .. connection)
        if redis.call('EXISTS', ownerKey(owner)) == 0 then redis.call('ZREM', owners, owner) end
      end
    end
  end
end
return offline
`;

const SCRIPTS = {
  attach: ATTACH,
  restore: RESTORE,
  detach: DETACH,
  renew: RENEW,
  relinquish: RELINQUISH,
  online: ONLINE,
  lapsedOwners: LAPSED_OWNERS,
  sweep: SWEEP,
} as const;

type ScriptName = keyof typeof SCRIPTS;
type Command = `presence_${ScriptName}`;

declare module 'ioredis' {
  // As its documentation has custom commands declared.
  interface RedisCommander<Context>
    extends Record<Command, (...args: readonly (string | number)[]) => Result<unknown, Context>> {}
}

type Run = <Reply>(step: ScriptName, ...args: readonly (string | number)[]) => Promise<Reply>;

/** Registers the steps with the client. They are carried out in the order of the calls; see `orUnavailable` for errors. */
export function presenceScripts(client: Redis, prefix: string): Run {
  for (const [step, lua] of Object.entries(SCRIPTS)) {
    client.defineCommand(`presence_${step}`, { lua: PRELUDE + lua, numberOfKeys: 1 });
  }
  return async <Reply>(step: ScriptName, ...args: readonly (string | number)[]) =>
    (await orUnavailable(client[`presence_${step}`](`${prefix}:owners`, prefix, ...args))) as Reply;
}
