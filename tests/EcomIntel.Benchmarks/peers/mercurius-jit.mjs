// Queries are compiled at their first repetition; documents are cached by default; logs are off.
import Fastify from 'fastify';
import mercurius from 'mercurius';
import { announce, first, typeDefs } from './orders.mjs';

const app = Fastify({ logger: false });
app.register(mercurius, { schema: typeDefs, resolvers: { Query: { orders: (_, { first: count }) => first(count) } }, jit: 1 });
await app.listen({ port: 0, host: '127.0.0.1' });
announce(app.server.address().port);
