'use strict';
// service.js CONNECTION_STRING DEVICE: the service SDK's registry and twin calls against the stand-in (CA by NODE_EXTRA_CA_CERTS).
const { Registry } = require('azure-iothub');

const say = (object) => console.log(JSON.stringify(object));

async function main([connectionString, id]) {
  const registry = Registry.fromConnectionString(connectionString);
  const created = (await registry.create({ deviceId: id })).responseBody;
  say({ event: 'created', hasKeys: created.authentication.symmetricKey.primaryKey.length > 0 });
  const twin = (await registry.getTwin(id)).responseBody;
  const updated = (await registry.updateTwin(id, { properties: { desired: { rate: 3 } } }, twin.etag)).responseBody;
  say({ event: 'twin', rate: updated.properties.desired.rate });
  const refused = await registry.updateTwin(id, { tags: { a: 1 } }, 'AAAAAAAAnope=').then(
    () => 'accepted',
    (error) => error.name,
  );
  say({ event: 'etag', refused });
  const again = await registry.create({ deviceId: id }).then(
    () => 'accepted',
    (error) => error.name,
  );
  say({ event: 'again', refused: again });
  await registry.delete(id);
  const gone = await registry.get(id).then(
    () => 'found',
    (error) => error.name,
  );
  say({ event: 'deleted', gone });
}

main(process.argv.slice(2)).then(
  () => process.exit(0),
  (error) => {
    say({ event: 'error', name: error.name, message: error.message });
    process.exit(3);
  },
);
