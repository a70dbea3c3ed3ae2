// An app that follows the API's orderChanges, or another stream of changes, by npm graphql-ws and its own retry, and goes on where it stood: one JSON line a change, and one for each time it was cut off.
// Arguments: the socket's address; the Authorization header; after how many changes it breaks its connection off, time and again (0 for never); after how many minutes it ends by itself;
// what it follows, and the fields of it that are told as id and count.
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';

const [url, authorization, breakOffAfter, minutes, of = 'orderChanges', id = 'orderId', count = 'units'] = process.argv.slice(2);
class Socket extends WebSocket {
  constructor(address, protocols) {
    super(address, protocols, { headers: { authorization } });
  }
}

const say = (line) => process.stdout.write(JSON.stringify(line) + '\n');
const client = createClient({
  url, webSocketImpl: Socket, retryAttempts: 1_000_000, shouldRetry: () => true, retryWait: () => new Promise((resolve) => setTimeout(resolve, 50)),
  on: { closed: (event) => say({ closed: event.code ?? event.message ?? 'error' }) },
});

// The payload is sent anew with each attempt: by then it asks for what comes after the last change that was seen.
const payload = { query: `subscription ($after: String) { ${of}(after: $after) { cursor event id: ${id} version status count: ${count} } }`, variables: { after: null } };
let seen = 0;
const follow = () =>
  client.subscribe(payload, {
    next: ({ data, errors }) => {
      if (errors) return say({ errors });
      payload.variables.after = data[of].cursor;
      say(data[of]);
      if (++seen % Number(breakOffAfter) === 0) client.terminate();
    },
    // Told by the server that it cannot go on now: as the SDL says, again from the last cursor.
    error: (error) => (say({ error: error?.message ?? error }), setTimeout(follow, 50)),
    complete: () => (say({ complete: true }), setTimeout(follow, 50)),
  });
follow();
client.on('connected', () => say({ connected: true }));
setTimeout(() => process.exit(3), Number(minutes) * 60_000);
