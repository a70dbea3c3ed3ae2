// The running API as outside implementations see it: npm graphql-http's audits, the close codes of graphql-transport-ws, and the schema that npm graphql builds from the introspection.
// Arguments: the API's address as http://host:port/graphql; a file with its SDL; the Authorization header. Prints one JSON object.
import { readFileSync } from 'node:fs';
import { auditServer } from 'graphql-http';
import { buildClientSchema, buildSchema, getIntrospectionQuery, lexicographicSortSchema, printSchema } from 'graphql';
import WebSocket from 'ws';

const [url, sdl, authorization] = process.argv.slice(2);
const headers = { authorization };
const ask = (to, init = {}) => fetch(to, { ...init, headers: { ...init.headers, ...headers } });

const audits = await auditServer({ url, fetchFn: ask });
const result = {
  audits: audits.length,
  bad: audits.filter(({ status }) => status !== 'ok').map(({ id, name, status, reason }) => ({ id, name, status, reason })),
};

const closed = (messages) =>
  new Promise((resolve) => {
    const socket = new WebSocket(url.replace('http', 'ws'), 'graphql-transport-ws', { headers });
    socket.on('open', () => messages.forEach((message) => socket.send(typeof message === 'string' ? message : JSON.stringify(message))));
    socket.on('close', (code) => resolve(code));
    socket.on('error', () => {});
  });
const init = { type: 'connection_init' };
const changes = (id) => ({ type: 'subscribe', id, payload: { query: 'subscription { orderChanges { orderId } }' } });
const cases = {
  notJson: ['{'], unknownType: [{ type: 'hello' }], noQuery: [init, { type: 'subscribe', id: '1', payload: {} }], beforeInit: [changes('1')], noInit: [], twiceInit: [init, init], sameId: [init, changes('1'), changes('1')],
};
result.codes = Object.fromEntries(await Promise.all(Object.entries(cases).map(async ([name, messages]) => [name, await closed(messages)])));

const answer = await (await ask(url, {
  method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query: getIntrospectionQuery({ inputValueDeprecation: true, specifiedByUrl: true, directiveIsRepeatable: true, schemaDescription: true, oneOf: true }) }),
})).json();
const printed = (schema) => printSchema(lexicographicSortSchema(schema));
const [told, published] = [printed(buildClientSchema(answer.data)), printed(buildSchema(readFileSync(sdl, 'utf8')))];
result.schema = { characters: told.length, same: told === published, first: told.split('\n').find((line, index) => line !== published.split('\n')[index]) };
console.log(JSON.stringify(result));
process.exit(0);
