'use strict';
// Node asks the system for names; the hubs of these suites have none there. Preloaded with --require; KANT_HOSTS is name=address,…
const dns = require('dns');
const table = Object.fromEntries((process.env.KANT_HOSTS || '').split(',').filter(Boolean).map((e) => e.split('=')));
const lookup = dns.lookup;

dns.lookup = function (name, options, callback) {
  const done = typeof options === 'function' ? options : callback;
  const address = table[name];
  if (!address) {
    return lookup.call(dns, name, options, callback);
  }
  const all = typeof options === 'object' && options !== null && options.all;
  process.nextTick(() => (all ? done(null, [{ address, family: 4 }]) : done(null, address, 4)));
};
