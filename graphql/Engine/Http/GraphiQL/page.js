// Queries and mutations are sent as JSON, subscriptions as an event stream: fetch is enough, no client library is needed.
const page = document.getElementById('page');

// A key in the URL's fragment goes into the headers only: browsers do not send fragments, and it is removed from the address bar.
const key = decodeURIComponent(location.hash.slice(1));
if (key) history.replaceState(null, '', location.pathname);
const defaultHeaders = JSON.stringify({ Authorization: `Bearer ${key}` }, null, 2);

const isSubscription = (document, operationName) => {
  const operations = document?.definitions.filter((definition) => definition.kind === 'OperationDefinition') ?? [];
  const chosen = operations.length > 1 ? operations.find((operation) => operation.name?.value === operationName) : operations[0];
  return chosen?.operation === 'subscription';
};

const ask = (params, given, accept, signal) => {
  // The introspection query is sent before the header editor is mounted.
  const headers = new Headers(key ? JSON.parse(defaultHeaders) : {});
  for (const [name, value] of Object.entries({ 'content-type': 'application/json', accept, ...given })) headers.set(name, value);
  return fetch(page.dataset.endpoint, { method: 'POST', headers, body: JSON.stringify(params), signal });
};

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

const options = {
  fetcher,
  defaultQuery: page.dataset.query,
  shouldPersistHeaders: false,
  isHeadersEditorEnabled: true,
  defaultHeaders,
  ...(key && { headers: defaultHeaders }),
};
ReactDOM.createRoot(page).render(React.createElement(GraphiQL, options));
