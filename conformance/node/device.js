'use strict';
// device.js CONNECTION_STRING CA_FILE: a device over MQTT sends one message with properties and reads its twin.
const fs = require('fs');
const { Client, Message } = require('azure-iot-device');
const { Mqtt } = require('azure-iot-device-mqtt');

async function main([connectionString, caFile]) {
  const client = Client.fromConnectionString(connectionString, Mqtt);
  await client.setOptions({ ca: fs.readFileSync(caFile, 'utf8') });
  await client.open();
  const message = new Message(JSON.stringify({ from: 'node' }));
  message.messageId = 'node-device-1';
  message.contentType = 'application/json';
  message.contentEncoding = 'utf-8';
  message.properties.add('alarm', 'hi & lo');
  await client.sendEvent(message);
  console.log(JSON.stringify({ event: 'sent' }));
  await client.close();
}

main(process.argv.slice(2)).then(
  () => process.exit(0),
  (error) => {
    console.log(JSON.stringify({ event: 'refused', name: error.name, message: error.message }));
    process.exit(3);
  },
);
