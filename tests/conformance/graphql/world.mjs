// The shop as the reference implementation serves it. ConformanceWorld.cs serves the same shop.
import { readFileSync } from 'node:fs';
import { buildSchema, graphql, GraphQLError, parse, subscribe, validate } from 'graphql';

const later = (value) => new Promise((resolve) => setImmediate(() => resolve(value)));
const told = (message) => {
  throw new GraphQLError(message);
};
const toldLater = async (message) => {
  await later();
  told(message);
};

class Product {
  __typename = 'Product';
  constructor(id, name, price, stock, sort, added, supplier, tags) {
    Object.assign(this, { id, name, price, stock, sort, added, _supplier: supplier, _tags: tags });
  }
  tags({ first, prefix }) {
    return this._tags?.filter((tag) => prefix == null || tag.startsWith(prefix)).slice(0, first ?? undefined) ?? null;
  }
  supplier() {
    return later(suppliers.find((supplier) => supplier.name === this._supplier) ?? null);
  }
  related({ first }) {
    return products.filter((other) => other !== this).slice(0, first ?? undefined);
  }
  oldName() {
    return this.name?.toUpperCase() ?? null;
  }
}
const products = [
  new Product('p1', 'Lamp', 12.5, 3, 'NAME', '2024-02-29', 'Acme', ['light', 'home', 'led']),
  new Product('p2', 'Desk', 100, null, 'PRICE', null, 'Bolt', []),
  new Product('p3', null, 0.1, 0, null, '2025-01-01', null, null),
  new Product('p4', 'Chair "Ö" \n😀', 1e21, -5, 'OLD', '1999-12-31', 'Nobody', ['home']),
];
const services = [
  { __typename: 'Service', id: 'v1', name: 'Assembly', hours: 1.5, price: 40 },
  { __typename: 'Service', id: 'v2', name: 'Lamp care', hours: null, price: null },
];
const suppliers = [
  { __typename: 'Supplier', name: 'Acme', country: 'DE', products: () => later(products.slice(0, 2)), weight: [[1, 2], null, []] },
  { __typename: 'Supplier', name: 'Bolt', country: 'FR', products: () => later([]), weight: null },
];
const byId = (id) => [...products, ...services].find((node) => node.id === id) ?? null;

const range = (value) => (value == null ? null : { from: value.from, to: value.to ?? null });
const filter = (value) =>
  value == null
    ? null
    : { name: value.name ?? null, price: range(value.price), tags: value.tags ?? null, sort: value.sort ?? null, and: value.and?.map(filter) ?? null, required: value.required };
const strict = (value) => (value == null ? null : { id: value.id, count: value.count, note: value.note ?? null });
const text = (value) => (value == null ? null : JSON.stringify(value));
const same = ({ value }) => value;
const echo = {
  ...Object.fromEntries(['int', 'intRequired', 'intDefault', 'intRequiredDefault', 'float', 'string', 'boolean', 'id', 'date', 'sort', 'ints', 'matrix', 'sorts'].map((name) => [name, same])),
  intsRequired: ({ value }) => later(value),
  range: ({ value }) => text(range(value)),
  filter: ({ value }) => text(filter(value)),
  strict: ({ value }) => later(text(strict(value))),
  stricts: ({ value }) => value?.map((item) => text(strict(item))) ?? null,
  choice: ({ value }) => (value == null ? null : text(value.id != null ? { id: value.id } : value.name != null ? { name: value.name } : { range: range(value.range) })),
  several: ({ a, b, c, d }) => text([a ?? null, b, c ?? null, d]),
};

class Faulty {
  ok = 'fine';
  missing = null;
  okRequired = () => later('fine');
  fails = () => told('It broke.');
  failsRequired = () => told('It broke for good.');
  failsLater = () => toldLater('It broke later.');
  failsLaterRequired = () => toldLater('It broke later for good.');
  missingLater = () => later(null);
  holes = () => ['a', null, 'c'];
  holesNullable = () => later(['a', null, 'c']);
  holesRequired = () => ['a', null];
  failingItems = () => [new Faulty(), null, new Faulty()];
  failingItemsRequired = () => later([new Faulty()]);
  nested = () => new Faulty();
  nestedRequired = () => new Faulty();
  nestedLater = () => later(new Faulty());
  notFinite = () => NaN;
  notFiniteRequired = () => Infinity;
}

const makeRoot = () => {
  let count = 0;
  return {
    product: ({ id }) => products.find((product) => product.id === id) ?? null,
    products: ({ first, sort, filter: wanted }) =>
      later(
        products
          .filter((product) => wanted?.name == null || (product.name ?? '').includes(wanted.name))
          .filter((product) => wanted?.price == null || (product.price >= wanted.price.from && (wanted.price.to == null || product.price <= wanted.price.to)))
          .sort((a, b) => (sort === 'PRICE' ? a.price - b.price : a.id < b.id ? -1 : 1))
          .slice(0, first ?? undefined),
      ),
    node: ({ id }) => later(byId(id)),
    nodes: ({ ids }) => ids.map(byId),
    named: () => [products[0], suppliers[0], services[1]],
    assets: () => later([products[1], null, products[2]]),
    search: ({ text: wanted, limit }) => [...products, ...services, ...suppliers].filter((item) => item.name?.includes(wanted)).slice(0, limit),
    echo: () => echo,
    faulty: () => new Faulty(),
    faultyRequired: () => later(new Faulty()),
    nothing: null,
    counter: () => count,
    increment: ({ by }) => (count += by),
    incrementLater: async ({ by }) => {
      const before = count;
      await later();
      return (count = before + by);
    },
    set: ({ value }) => ({ value: (count = value), doubled: () => later(value * 2) }),
    break: () => told('It broke.'),
    breakRequired: () => toldLater('It broke for good.'),
    ticks: async function* ({ count: last, failAt }) {
      for (let number = 1; number <= last; number++) {
        yield { ticks: { number, odd: () => (number === failAt ? told(`Tick ${number} broke.`) : number % 2 === 1 ? `odd ${number}` : null) } };
      }
    },
  };
};

const schema = buildSchema(readFileSync(new URL('./schema.graphql', import.meta.url), 'utf8'));
const date = (value) => {
  if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(value)) throw new TypeError('A Date is written 2026-01-31.');
  return value;
};
Object.assign(schema.getType('Date'), { serialize: date, parseValue: date, parseLiteral: (node) => (node.kind === 'StringValue' ? date(node.value) : undefined) });

const seen = (result) => ({
  hasData: 'data' in result,
  data: result.data,
  errors: (result.errors ?? []).map((error) => ({ message: error.message, locations: error.locations ?? [], path: error.path ?? null })),
});

export async function run({ query, variables, operationName }) {
  const rootValue = makeRoot();
  if (!/^\s*subscription/.test(query)) return { results: [seen(await graphql({ schema, source: query, rootValue, variableValues: variables, operationName }))] };
  const document = parse(query);
  const errors = validate(schema, document);
  if (errors.length > 0) return { results: [seen({ errors })] };
  const stream = await subscribe({ schema, document, rootValue, variableValues: variables, operationName });
  if (!(Symbol.asyncIterator in stream)) return { results: [seen(stream)] };
  const results = [];
  for await (const result of stream) results.push(seen(result));
  return { results };
}
