// Loaded before the preload file: what is looked up and connected to beneath it, printed to standard error at the end.
'use strict';

const dns = require('node:dns');
const { channel } = require('node:diagnostics_channel');

const left = [];
const loopback = (host) => ['127.0.0.1', 'localhost', '::1', undefined].includes(host);

function record(owner, name) {
  const original = owner[name];
  owner[name] = function (host, ...more) {
    if (!loopback(host)) left.push(`${name} ${host}`);
    return original.call(this, host, ...more);
  };
}

for (const owner of [dns, dns.promises, dns.Resolver.prototype, dns.promises.Resolver.prototype]) {
  for (const name of ['lookup', 'resolve', 'resolve4', 'resolve6']) if (owner[name]) record(owner, name);
}
channel('net.client.socket').subscribe(({ socket }) => {
  socket.on('connect', () => {
    if (!loopback(socket.remoteAddress)) left.push(`connect ${socket.remoteAddress}`);
  });
});
process.on('exit', () => process.stderr.write(`left ${JSON.stringify(left)}\n`));
