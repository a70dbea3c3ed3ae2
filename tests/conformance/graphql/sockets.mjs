// graphql-transport-ws as the npm client speaks it, and its close codes as a rude client provokes them. Prints "ready" when the server should be restarted.
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';

const url = process.argv[2];
const checks = {};

const closed = (messages, protocols = 'graphql-transport-ws') =>
  new Promise((resolve) => {
    const socket = new WebSocket(url, protocols);
    const answers = [];
    socket.on('open', () => messages.forEach((message) => socket.send(typeof message === 'string' ? message : JSON.stringify(message))));
    socket.on('message', (data) => {
      answers.push(JSON.parse(data));
      if (answers.at(-1).type === 'pong') socket.close(1000);
    });
    socket.on('close', (code) => resolve({ code, types: answers.map((answer) => answer.type) }));
    socket.on('error', () => {});
  });

const init = { type: 'connection_init' };
const ticks = (id) => ({ type: 'subscribe', id, payload: { query: 'subscription { ticks(count: 1000000000) { number } }' } });
checks.notJson = (await closed(['{'])).code;
checks.notObject = (await closed(['[]'])).code;
checks.unknownType = (await closed([{ type: 'hello' }])).code;
checks.noId = (await closed([init, { type: 'subscribe', payload: { query: '{ counter }' } }])).code;
checks.noQuery = (await closed([init, { type: 'subscribe', id: '1', payload: {} }])).code;
checks.beforeInit = (await closed([{ type: 'subscribe', id: '1', payload: { query: '{ counter }' } }])).code;
checks.noInit = (await closed([])).code;
checks.twiceInit = (await closed([init, init])).code;
checks.sameId = (await closed([init, ticks('1'), ticks('1')])).code;
checks.noProtocol = (await closed([], [])).code;
checks.ping = (await closed([init, { type: 'ping' }])).types.join(' ');

const collect = async (client, query, variables, take = Infinity) => {
  const results = [];
  try {
    for await (const result of client.iterate({ query, variables })) {
      results.push(result);
      if (results.length >= take) break;
    }
  } catch (errors) {
    results.push({ refused: Array.isArray(errors) && errors.every((error) => typeof error.message === 'string') });
  }
  return results;
};

// The npm client's own view of a server that judges by the payload: it tries no more where it is told not to.
const judged = (token) =>
  new Promise((resolve) => {
    const client = createClient({
      url: process.argv[3], webSocketImpl: WebSocket, connectionParams: token && { token }, retryAttempts: 0,
      on: { closed: (event) => resolve(event.code), connected: () => (client.dispose(), resolve('in')) },
    });
    client.subscribe({ query: '{ counter }' }, { next: () => {}, error: () => {}, complete: () => {} });
  });
checks.stranger = await judged();
checks.friend = await judged('open sesame');
checks.judgeBroke = await judged('crash');

let connections = 0;
let again;
const reconnected = new Promise((resolve) => (again = resolve));
const codes = [];
const client = createClient({
  url, webSocketImpl: WebSocket, lazy: false, retryAttempts: 50, shouldRetry: () => true, retryWait: () => new Promise((resolve) => setTimeout(resolve, 100)),
  on: { connected: () => ++connections === 2 && again(), closed: (event) => codes.push(event.code) },
});
checks.query = await collect(client, '{ product(id: "p1") { name } }');
checks.subscription = await collect(client, 'subscription ($n: Int!) { ticks(count: $n) { number odd } }', { n: 3 });
checks.stopped = (await collect(client, 'subscription { ticks(count: 1000000000) { number } }', {}, 3)).length;
checks.invalid = await collect(client, '{ missing }');
checks.many = (await Promise.all(Array.from({ length: 20 }, () => collect(client, 'subscription { ticks(count: 5) { number } }')))).map((results) => results.length).join();
console.log('ready');
await reconnected;
checks.afterRestart = await collect(client, '{ counter }');
checks.restartCode = codes.at(0);
await client.dispose();
console.log(JSON.stringify(checks));
process.exit(0);
