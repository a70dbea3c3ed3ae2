// The reference implementation on Node's own server; documents are parsed and validated once, as any server that uses it in earnest does.
import { createServer } from 'node:http';
import { buildSchema, execute, parse, validate } from 'graphql';
import { announce, first, typeDefs } from './orders.mjs';

const schema = buildSchema(typeDefs);
const rootValue = { orders: ({ first: count }) => first(count) };
const documents = new Map();

function prepare(query) {
  let known = documents.get(query);
  if (!known) {
    const document = parse(query);
    known = { document, errors: validate(schema, document) };
    documents.set(query, known);
  }
  return known;
}

async function answer({ query, variables, operationName }) {
  const { document, errors } = prepare(query);
  return errors.length > 0 ? { errors } : execute({ schema, document, rootValue, variableValues: variables, operationName });
}

function send(response, status, result) {
  const body = JSON.stringify(result);
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

const server = createServer((request, response) => {
  const parts = [];
  request.on('data', (part) => parts.push(part));
  request.on('end', async () => {
    try {
      send(response, 200, await answer(JSON.parse(Buffer.concat(parts).toString('utf8'))));
    } catch (error) {
      send(response, 400, { errors: [{ message: error.message }] });
    }
  });
});
server.listen(0, '127.0.0.1', () => announce(server.address().port));
