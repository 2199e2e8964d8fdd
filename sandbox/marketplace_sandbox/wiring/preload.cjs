// Loaded before a Node program (NODE_OPTIONS="--require …/preload.cjs"): what it says to Amazon's hosts goes to the
// sandbox at SANDBOX_URL instead, in plain HTTP. Nothing else is touched.
'use strict';

const https = require('node:https');
const net = require('node:net');

const sandbox = new URL(process.env.SANDBOX_URL || 'http://127.0.0.1:8585');
const port = Number(sandbox.port || 80);
// an IPv6 address stands in brackets in a URL, and without them on a socket
const hostname = sandbox.hostname.replace(/^\[|\]$/g, '');

const AMAZON = new RegExp(
  '^(?:(?:sandbox\\.)?sellingpartnerapi-(?:na|eu|fe)\\.amazon\\.com' +
    '|api\\.amazon\\.(?:com|co\\.uk|co\\.jp|de|fr|it|es|ca|in|com\\.au)' +
    '|mws(?:-eu)?\\.amazonservices\\.(?:com|ca|de|es|fr|in|it|jp|co\\.uk|com\\.mx|com\\.au|com\\.br|com\\.cn))$',
  'i',
);

// A document's URL is the sandbox's own, but some clients speak TLS on port 443 whatever the URL says.
function isOurs(options) {
  const host = String(options.servername || options.host || options.hostname || '');
  return AMAZON.test(host) || (options.host === hostname && Number(options.port || 443) === 443);
}

// Every agent of the program has its connections made here, also those the clients make for themselves.
const createConnection = https.Agent.prototype.createConnection;
https.Agent.prototype.createConnection = function (...given) {
  const options = given[0] && typeof given[0] === 'object' ? given[0] : given[2] || {};
  return isOurs(options) ? net.connect({ host: hostname, port }) : createConnection.apply(this, given);
};

// fetch has no agents; it is told another address.
const fetch = globalThis.fetch;
if (fetch) {
  globalThis.fetch = function (input, init) {
    const address = new URL(typeof input === 'object' && 'url' in input ? input.url : String(input));
    if (!AMAZON.test(address.hostname)) return fetch(input, init);
    const elsewhere = new URL(address.pathname + address.search, sandbox);
    return typeof input === 'object' && 'url' in input
      ? fetch(new Request(elsewhere, input), init)
      : fetch(elsewhere, init);
  };
}
