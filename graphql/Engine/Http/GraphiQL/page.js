// Queries and mutations are asked for as JSON, subscriptions as an event stream: no other client is needed.
const page = document.getElementById('page');

const isSubscription = (document, operationName) => {
  const operations = document?.definitions.filter((definition) => definition.kind === 'OperationDefinition') ?? [];
  const chosen = operations.length > 1 ? operations.find((operation) => operation.name?.value === operationName) : operations[0];
  return chosen?.operation === 'subscription';
};

const ask = (params, headers, accept, signal) =>
  fetch(page.dataset.endpoint, { method: 'POST', headers: { 'content-type': 'application/json', accept, ...headers }, body: JSON.stringify(params), signal });

async function* events(params, headers) {
  const gone = new AbortController();
  try {
    const response = await ask(params, headers, 'text/event-stream, application/json;q=0.9', gone.signal);
    if (!response.headers.get('content-type')?.startsWith('text/event-stream')) {
      yield await response.json();
      return;
    }
    let rest = '';
    for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
      const blocks = (rest + text).split('\n\n');
      rest = blocks.pop();
      for (const block of blocks) {
        const lines = block.split('\n');
        if (lines.includes('event: complete')) return;
        const data = lines.find((line) => line.startsWith('data: '));
        if (data) yield JSON.parse(data.slice(6));
      }
    }
  } finally {
    gone.abort();
  }
}

const fetcher = async (params, { documentAST, headers } = {}) =>
  isSubscription(documentAST, params.operationName)
    ? events(params, headers)
    : (await ask(params, headers, 'application/graphql-response+json, application/json;q=0.9')).json();

ReactDOM.createRoot(page).render(React.createElement(GraphiQL, { fetcher, shouldPersistHeaders: false }));
