'use strict';
// client.js device|module TRANSPORT CONNECTION_STRING CA_FILE: the SDK's client over a transport, told by its standard input what to
// do, one JSON object a line, and telling what happens likewise. A message or input whose body is "reject" or "abandon" is settled so
// (abandoned once), any other is completed. Ends with its standard input.
const fs = require('fs');
const readline = require('readline');
const sdk = require('azure-iot-device');
const transports = { ...require('azure-iot-device-mqtt'), ...require('azure-iot-device-amqp'), ...require('azure-iot-device-http') };

const say = (object) => console.log(JSON.stringify(object));
const abandoned = new Set();

function settle(client, message, done) {
  const text = message.getData().toString();
  if (text === 'reject') return client.reject(message, done);
  if (text === 'abandon' && !abandoned.has(message.messageId)) {
    abandoned.add(message.messageId);
    return client.abandon(message, done);
  }
  return client.complete(message, done);
}

function message({ id, body, properties, system }) {
  const made = new sdk.Message(JSON.stringify(body));
  made.messageId = id;
  Object.assign(made, { contentType: 'application/json', contentEncoding: 'utf-8' }, system);
  Object.entries(properties || {}).forEach(([key, value]) => made.properties.add(key, value));
  return made;
}

function tell(client, name) {
  return (input, came) => {
    const arrived = came || input;
    say({ event: name, input: came ? input : undefined, id: arrived.messageId, text: arrived.getData().toString(),
      properties: arrived.properties.propertyList });
    settle(client, arrived, (error) => say(error ? { event: 'error', message: error.message } : { event: 'settled' }));
  };
}

let twin;
const verbs = {
  send: (client, { output, ...rest }) => (output ? client.sendOutputEvent(output, message(rest)) : client.sendEvent(message(rest))),
  batch: (client, { ids }) => client.sendEventBatch(ids.map((id) => message({ body: {}, properties: { n: id } }))),
  listen: async (client, { what }) => client.on(what, tell(client, what)),
  methods: async (client) =>
    (client.onDeviceMethod || client.onMethod).call(client, 'reboot', (request, response) => response.send(218, { got: request.payload })),
  twin: async (client) => {
    twin = await client.getTwin();
    twin.on('properties.desired', (desired) => say({ event: 'desired', desired }));
    say({ event: 'twin', desired: twin.properties.desired });
  },
  report: (client, { patch }) =>
    new Promise((resolve, reject) => twin.properties.reported.update(patch, (error) => (error ? reject(error) : resolve()))),
  invoke: async (client, { device, module, payload }) => {
    const answer = await client.invokeMethod(device, module, { methodName: 'reboot', payload, responseTimeoutInSeconds: 20, connectTimeoutInSeconds: 15 });
    say({ event: 'answer', status: answer.status, payload: answer.payload });
  },
};

async function main([kind, transport, connectionString, caFile]) {
  const Client = kind === 'module' ? sdk.ModuleClient : sdk.Client;
  const client = Client.fromConnectionString(connectionString, transports[transport]);
  if (transport !== 'Http') {
    await client.setOptions({ ca: fs.readFileSync(caFile, 'utf8') }); // this transport takes NODE_EXTRA_CA_CERTS only
  }
  await client.open();
  say({ event: 'open' });
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const { verb, ...rest } = JSON.parse(line);
    await verbs[verb](client, rest);
    say({ event: 'done', verb });
  }
  await client.close();
}

main(process.argv.slice(2)).then(
  () => process.exit(0),
  (error) => {
    say({ event: 'refused', name: error.name, message: error.message });
    process.exit(3);
  },
);
