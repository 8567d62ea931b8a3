'use strict';
// module.js CONNECTION_STRING CA_FILE: a module over MQTT through the Edge Hub: output, input, twin, direct method.
// Prints one JSON object per line for what happens and goes on until its standard input ends.
const fs = require('fs');
const { ModuleClient, Message } = require('azure-iot-device');
const { Mqtt } = require('azure-iot-device-mqtt');

const say = (object) => console.log(JSON.stringify(object));

async function main([connectionString, caFile]) {
  const client = ModuleClient.fromConnectionString(connectionString, Mqtt);
  await client.setOptions({ ca: fs.readFileSync(caFile, 'utf8') });
  await client.open();
  client.on('inputMessage', (input, message) => {
    say({ event: 'input', input, id: message.messageId, body: message.getData().toString() });
    client.complete(message);
  });
  client.onMethod('reboot', (request, response) => {
    response.send(218, { got: request.payload }, (error) => error && say({ event: 'error', message: error.message }));
  });
  const twin = await client.getTwin();
  say({ event: 'twin', desired: twin.properties.desired });
  twin.on('properties.desired.rate', (rate) => say({ event: 'desired', rate }));
  await new Promise((resolve, reject) =>
    twin.properties.reported.update({ speed: 9 }, (error) => (error ? reject(error) : resolve())),
  );
  say({ event: 'reported' });
  const message = new Message(JSON.stringify({ temperature: 35 }));
  message.messageId = 'node-module-1';
  message.contentType = 'application/json';
  message.contentEncoding = 'utf-8';
  await client.sendOutputEvent('toSink', message);
  say({ event: 'sent' });
  process.stdin.resume();
  process.stdin.on('end', () => client.close(() => process.exit(0)));
}

main(process.argv.slice(2)).catch((error) => {
  say({ event: 'refused', name: error.name, message: error.message });
  process.exit(3);
});
