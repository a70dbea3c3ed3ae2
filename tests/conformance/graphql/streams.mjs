// Event streams as npm graphql-sse reads them, a connection each. Prints "ready" when the server should be restarted.
import { createClient } from 'graphql-sse';

let retries = 0;
const client = createClient({ url: process.argv[2], retryAttempts: 50, retry: () => (retries++, new Promise((resolve) => setTimeout(resolve, 100))) });
const checks = {};

const collect = async (query, variables, take = Infinity) => {
  const results = [];
  for await (const result of client.iterate({ query, variables })) {
    results.push(result);
    if (results.length >= take) break;
  }
  return results;
};

checks.query = await collect('{ product(id: "p1") { name } }');
checks.subscription = await collect('subscription ($n: Int!) { ticks(count: $n) { number odd } }', { n: 3 });
checks.failing = (await collect('subscription { ticks(count: 2, failAt: 2) { number odd } }')).map((result) => result.errors?.length ?? 0);
checks.stopped = (await collect('subscription { ticks(count: 1000000000) { number } }', {}, 3)).length;
checks.invalid = (await collect('{ missing }')).map((result) => result.errors.length);
checks.many = (await Promise.all(Array.from({ length: 20 }, () => collect('subscription { ticks(count: 5) { number } }')))).map((results) => results.length).join();

// Cut off by a restart, the stream begins again: a number comes that is not above the last.
let before = 0;
let told = false;
for await (const { data } of client.iterate({ query: 'subscription { ticks(count: 1000000000) { number } }' })) {
  if (data.ticks.number <= before) break;
  before = data.ticks.number;
  if (!told) console.log('ready');
  told = true;
}
checks.restarted = retries > 0;
client.dispose();
console.log(JSON.stringify(checks));
process.exit(0);
