// The GraphQL-over-HTTP audits of npm graphql-http against a running server: those that are not ok, as JSON.
import { auditServer } from 'graphql-http';

const results = await auditServer({ url: process.argv[2] });
const bad = results.filter((result) => result.status !== 'ok');
console.log(JSON.stringify({ audits: results.length, bad: bad.map(({ id, name, status, reason }) => ({ id, name, status, reason })) }));
