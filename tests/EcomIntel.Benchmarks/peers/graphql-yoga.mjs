// Caches of parsed and validated documents are on by default; logs are off.
import { createServer } from 'node:http';
import { createSchema, createYoga } from 'graphql-yoga';
import { announce, first, typeDefs } from './orders.mjs';

const yoga = createYoga({
  schema: createSchema({ typeDefs, resolvers: { Query: { orders: (_, { first: count }) => first(count) } } }),
  logging: false,
  graphiql: false,
});
const server = createServer(yoga);
server.listen(0, '127.0.0.1', () => announce(server.address().port));
