// Loaded before a Node program (NODE_OPTIONS="--require …/preload.cjs"): what it says to Amazon's hosts goes to the
// sandbox at SANDBOX_URL instead, in plain HTTP. Hosts of Amazon that the sandbox does not stand in for are refused, and
// so is AWS, but for the program's own account: the hosts in SANDBOX_AWS_HOSTS. Nothing else is touched.
'use strict';

const dns = require('node:dns');
const http = require('node:http');
const { syncBuiltinESMExports } = require('node:module');
const net = require('node:net');
const tls = require('node:tls');
const { domainToASCII } = require('node:url');

const table = require('../amazon/hosts.json');

const sandbox = new URL(process.env.SANDBOX_URL || 'http://127.0.0.1:8585');
const server = {
  // an IPv6 address stands in brackets in a URL, and without them on a socket
  host: sandbox.hostname.replace(/^\[|\]$/g, ''),
  port: Number(sandbox.port || 80),
};

// Which hosts

const hosts = new Set(Object.values(table.hosts).flat());
const ownAws = (process.env.SANDBOX_AWS_HOSTS || '').split(',').map(plainHost).filter(Boolean);
const ofPlatform = pattern(table.domains);
const ofAws = pattern(table.aws);

function pattern(domains) {
  const ends = domains.map((domain) => domain.replace(/\./g, '\\.').replaceAll('??', '[a-z]{2}'));
  return new RegExp(`^(?:.+\\.)?(?:${ends.join('|')})$`, 's');
}

function plainHost(host) {
  if (typeof host !== 'string') return '';
  const name = host.trim().replace(/\.+$/, '');
  return (domainToASCII(name) || name.toLowerCase()).replace(/\.+$/, '');
}

for (const host of ownAws) {
  if (!ofAws.test(host) || ofPlatform.test(host)) {
    throw new Error(`SANDBOX_AWS_HOSTS names hosts of AWS, like sqs.eu-central-1.amazonaws.com; '${host}' is none.`);
  }
}

// Whether calls to a host go to the sandbox. Throws for a host that must not be reached.
function isOurs(host) {
  const name = plainHost(host);
  if (hosts.has(name)) return true;
  if (ofPlatform.test(name)) {
    throw refusal(`${name} is Amazon's, and the sandbox does not stand in for it: nothing was sent.`);
  }
  if (ofAws.test(name) && !ownAws.some((own) => name === own || name.endsWith(`.${own}`))) {
    throw refusal(
      `${name} is AWS itself: nothing was sent. Name a local endpoint, as AWS_ENDPOINT_URL_SQS does for queues, or say ` +
        `that it is for the program's own account: SANDBOX_AWS_HOSTS=${name}.`,
    );
  }
  return false;
}

function refusal(sentence) {
  return Object.assign(new Error(sentence), { code: 'ERR_PLATFORM_HOST' });
}

function refuseDetour(host, way) {
  if (isOurs(host)) throw refusal(`A call to ${plainHost(host)} ${way}, and not to the sandbox: nothing was sent.`);
}

// Connections: every one that Node makes comes by these two, those of fetch and of agents of the program's own as well.

const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function (...given) {
  const options = optionsOf(given);
  try {
    if (!options.path && isOurs(options.host)) return connect.call(this, server, ...callbackOf(given));
  } catch (refused) {
    return destroySoon(this, refused);
  }
  return connect.apply(this, given);
};

// As late as a lookup would fail: whoever asked for the socket listens to it by then, and what he writes until then waits.
function destroySoon(socket, refused) {
  socket.connecting = true;
  setImmediate(() => socket.destroy(refused));
  return socket;
}

const connectByTls = tls.connect;
tls.connect = function (...given) {
  const options = optionsOf(given);
  try {
    if (!isForSandbox(options)) return connectByTls.apply(this, given);
    if (options.socket) refuseDetour(options.servername || options.host, 'goes by a proxy');
  } catch (refused) {
    return destroySoon(new net.Socket(), refused);
  }
  return connectInPlain(options, ...callbackOf(given));
};

function isForSandbox(options) {
  if (isOurs(options.servername)) return true;
  if (options.path || options.socket) return false;
  // A document's URL is the sandbox's own, but some clients speak TLS on port 443 whatever the URL says.
  return isOurs(options.host) || (options.host === server.host && Number(options.port || 443) === 443);
}

// A socket without TLS that says of itself what is asked of one with it.
function connectInPlain(options, callback) {
  const socket = net.connect({ ...server, timeout: options.timeout, signal: options.signal, keepAlive: options.keepAlive });
  Object.assign(socket, {
    encrypted: true,
    authorized: true,
    alpnProtocol: false,
    servername: options.servername,
    getPeerCertificate: () => ({}),
    getProtocol: () => null,
    getSession: () => undefined,
    isSessionReused: () => false,
  });
  if (callback) socket.once('secureConnect', callback);
  socket.once('connect', () => socket.emit('secureConnect'));
  return socket;
}

// connect(options, callback), connect(port, host, callback), connect(port, options, callback), connect(path, callback);
// Node hands on what it has read of them as a list of the two.
function optionsOf(given) {
  const [first, second, third] = Array.isArray(given[0]) ? given[0] : given;
  if (typeof first === 'object' && first !== null) return first;
  const more = [second, third].find((each) => typeof each === 'object' && each !== null) || {};
  if (typeof first === 'string' && Number.isNaN(Number(first))) return { path: first, ...more };
  return { port: first, host: typeof second === 'string' ? second : undefined, ...more };
}

function callbackOf(given) {
  return (Array.isArray(given[0]) ? given[0] : given).filter((each) => typeof each === 'function');
}

// Proxies: a request in plain text carries the whole address to one, and CONNECT the host.

const addRequest = http.Agent.prototype.addRequest;
http.Agent.prototype.addRequest = function (request, ...more) {
  const target = request.method === 'CONNECT' ? `http://${request.path}` : request.path;
  try {
    if (/^[a-z]+:\/\//i.test(target)) refuseDetour(new URL(target).hostname, 'goes to a proxy');
  } catch (refused) {
    return request.onSocket(destroySoon(new net.Socket(), refused));
  }
  return addRequest.call(this, request, ...more);
};

for (const name of ['NO_PROXY', 'no_proxy']) {
  process.env[name] = [process.env[name], ...hosts, '127.0.0.1', 'localhost'].filter(Boolean).join(',');
}

// Names: a program that looks one up by itself finds the sandbox, or the refusal.

const { lookup } = dns;
dns.lookup = function (host, ...more) {
  try {
    return lookup.call(this, isOurs(host) ? server.host : host, ...more);
  } catch (refused) {
    return answerBy(more, refused);
  }
};
const lookupPromised = dns.promises.lookup;
dns.promises.lookup = async function (host, ...more) {
  return lookupPromised.call(this, isOurs(host) ? server.host : host, ...more);
};

// Whoever asks a name server is told what lets him try lookup next.
for (const name of Object.getOwnPropertyNames(dns.Resolver.prototype).filter((each) => each.startsWith('resolve'))) {
  for (const owner of [dns, dns.Resolver.prototype]) refuseNames(owner, name, answerBy);
  for (const owner of [dns.promises, dns.promises.Resolver.prototype]) refuseNames(owner, name, reject);
}

function refuseNames(owner, name, refuse) {
  const original = owner[name];
  owner[name] = function (host, ...more) {
    try {
      if (isOurs(host)) throw Object.assign(refusal(`${host} is the sandbox's.`), { code: dns.NOTFOUND });
    } catch (refused) {
      return refuse(more, refused);
    }
    return original.call(this, host, ...more);
  };
}

function answerBy(given, refused) {
  const callback = given.find((each) => typeof each === 'function');
  if (!callback) throw refused;
  process.nextTick(callback, refused);
}

function reject(_, refused) {
  return Promise.reject(refused);
}

// What a module of ECMAScript imports by name is what stands here now.
syncBuiltinESMExports();
