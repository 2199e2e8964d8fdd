// Calls every host given by every way that Node has, and prints by way and host the status, or what was said instead.
import dns, { lookup, promises, resolve4 } from 'node:dns';
import http from 'node:http';
import https, { Agent, get } from 'node:https';
import net from 'node:net';
import tls, { connect } from 'node:tls';

const PATH = '/health';
const NOBODY = '192.0.2.1';

const said = (request, done) => request.on('error', (error) => done(error.message));
const asked = (module, options) =>
  new Promise((done) => said(module.get({ path: PATH, agent: false, ...options }, (answer) => done(answer.resume().statusCode)), done));
const written = (socket, host) =>
  new Promise((done) => {
    said(socket, done);
    socket.once('data', (answer) => done(Number(String(answer).split(' ')[1])));
    socket.write(`GET ${PATH} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
  });
const found = (look, host) => new Promise((done) => look(host, (error, address) => done(error ? error.message : address)));
const thrown = (promise) => promise.then(({ status }) => status, (error) => (error.cause || error).message);

class OwnAgent extends Agent {
  createConnection(options) {
    return tls.connect(options);
  }
}

const ways = {
  https: (host) => asked(https, { host }),
  'https, imported by name': (host) => asked({ get }, { host }),
  'an agent of its own': (host) => asked(https, { host, agent: new OwnAgent() }),
  'another port': (host) => asked(https, { host, port: 8443 }),
  http: (host) => asked(http, { host }),
  fetch: (host) => thrown(fetch(`https://${host}${PATH}`)),
  'fetch of a request': (host) => thrown(fetch(new Request(`https://${host}:8443${PATH}`, { method: 'GET' }))),
  'TLS': (host) => written(tls.connect({ host, port: 443, servername: host.replace(/\.$/, '') }), host),
  'TLS, by position': (host) => written(connect(443, host), host),
  'TLS to an address of its own': (host) => written(connect({ host: NOBODY, port: 443, servername: host }), host),
  'TCP': (host) => written(net.connect(443, host), host),
  'a socket that is there': (host) => written(new net.Socket().connect({ host, port: 80 }), host),
};
const detours = {
  'TLS over a socket that is there': (host) => {
    const socket = net.connect(Number(new URL(process.env.SANDBOX_URL).port), '127.0.0.1');
    return written(connect({ socket, servername: host }), host).finally(() => socket.destroy());
  },
  'a proxy': (host) => asked(http, { host: '127.0.0.1', path: `http://${host}${PATH}` }),
  'a tunnel': (host) => asked(http, { host: '127.0.0.1', method: 'CONNECT', path: `${host}:443` }),
  'a name server': (host) => found(resolve4, host),
  'a resolver of its own': (host) => found((name, done) => new dns.Resolver().resolve(name, done), host),
  'a promise of a name server': (host) => promises.resolve4(host).catch((error) => error.message),
};
const lookups = {
  lookup: (host) => found(lookup, host),
  'a promise of a lookup': (host) => promises.lookup(host).then(({ address }) => address, (error) => error.message),
};

const answers = {};
for (const [group, each] of Object.entries({ ways, detours, lookups })) {
  for (const [way, call] of Object.entries(each)) {
    const byHost = process.argv.slice(2).map(async (host) => [host, await call(host)]);
    (answers[group] ||= {})[way] = Object.fromEntries(await Promise.all(byHost));
  }
}
console.log(JSON.stringify(answers));
