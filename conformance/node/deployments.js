'use strict';
// deployments.js CONNECTION_STRING EDGE_DEVICE: the service SDK's configurations and queries against the stand-in (CA by
// NODE_EXTRA_CA_CERTS).
const { Registry } = require('azure-iothub');

const say = (object) => console.log(JSON.stringify(object));
// the SDK has names of its own for what it is answered: a 409 is always a device's, a 404 of a configuration has none
const outcome = (promise) => promise.then(
  () => 'accepted',
  (error) => error.name,
);

async function main([connectionString, device]) {
  const registry = Registry.fromConnectionString(connectionString);
  const base = (version) => ({
    modulesContent: { $edgeAgent: { 'properties.desired': { modules: { a: { version } } } } },
  });
  await registry.addConfiguration({ id: 'node', content: base('1'), targetCondition: `deviceId = '${device}'`, priority: 4 });
  say({ event: 'again', refused: await outcome(registry.addConfiguration({ id: 'node', content: base('1') })) });
  const read = (await registry.getConfiguration('node')).responseBody;
  const updated = (await registry.updateConfiguration({ ...read, priority: 5 })).responseBody;
  say({ event: 'updated', priority: updated.priority });
  say({ event: 'stale', refused: await outcome(registry.updateConfiguration({ ...read, priority: 6 })) });
  say({ event: 'listed', ids: (await registry.getConfigurations()).responseBody.map((one) => one.id) });
  const query = registry.createQuery(`SELECT deviceId FROM devices WHERE capabilities.iotEdge = true AND deviceId = '${device}'`);
  say({ event: 'queried', rows: (await query.next()).result });
  await registry.removeConfiguration('node');
  say({ event: 'removed', found: await outcome(registry.getConfiguration('node')) });
  await registry.applyConfigurationContentOnDevice(device, base('2'));
  const twin = (await registry.getModuleTwin(device, '$edgeAgent')).responseBody;
  say({ event: 'applied', version: twin.properties.desired.modules.a.version });
}

main(process.argv.slice(2)).then(
  () => process.exit(0),
  (error) => {
    say({ event: 'error', name: error.name, message: error.message });
    process.exit(3);
  },
);
