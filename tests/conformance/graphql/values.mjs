// Every literal against every input type, as an argument and as a variable's default, and every variable type in every position.
const fields = ['int', 'intRequired', 'intDefault', 'intRequiredDefault', 'float', 'string', 'boolean', 'id', 'date', 'sort', 'ints', 'intsRequired', 'matrix', 'sorts', 'range', 'filter', 'strict', 'stricts', 'choice'];
const literals = ['1', '-2147483648', '2147483648', '1.5', '"text"', '"""block"""', 'true', 'null', 'NAME', 'WRONG', '[]', '[1, null, 2]', '[[1], [2, null]]', '[NAME, PRICE]', '{}', '{from: 1}', '{id: "a"}', '{id: "a", count: 2}', '{name: "x", nope: 1}', '{id: null}', '[{id: 1, count: 1}, {id: 2}]', '{from: "x", to: [1]}', '{id: 1, name: "two"}'];
const required = (field) => field.endsWith('Required');
const types = ['Int', 'Int!', 'Float', 'String', 'String!', 'ID', 'Boolean', 'Sort', 'Date', '[Int]', '[Int!]', '[Int!]!', '[[Int]]', 'Range', 'ProductFilter', 'Strict!', 'Choice'];
const positions = ['int(value: $v)', 'intRequired(value: $v)', 'intRequiredDefault(value: $v)', 'float(value: $v)', 'string(value: $v)', 'id(value: $v)', 'ints(value: $v)', 'ints(value: [$v])', 'intsRequired(value: $v)', 'intsRequired(value: [$v])', 'matrix(value: $v)', 'sort(value: $v)', 'range(value: $v)', 'range(value: {from: $v})', 'range(value: {to: $v})', 'strict(value: {id: 1, count: $v})', 'choice(value: $v)', 'choice(value: {id: $v})', 'filter(value: {and: [$v]})', 'date(value: $v)'];
export const cases = [
  ...fields.flatMap((field) => literals.map((literal, i) => ({ id: `values/${field}/${i + 1}`, query: `{ echo { ${field}(value: ${literal}) } }` }))),
  ...['Int', 'Float!', 'String', '[Int!]', 'Sort', 'Strict', 'Choice', 'Range!', 'Product', 'Missing'].flatMap((type) => literals.map((literal, i) => ({ id: `values/default/${type}/${i + 1}`, query: `query ($v: ${type} = ${literal}) { counter @trace(label: $v) }` }))),
  ...types.flatMap((type) => positions.map((position, i) => ({ id: `values/position/${type}/${i + 1}`, query: `query Q($v: ${type}) {\n  echo {\n    ${position}\n  }\n}` }))),
  ...positions.map((position, i) => ({ id: `values/position/defaulted/${i + 1}`, query: `query ($v: Int = 3) { echo { ${position} } }` })),
  ...positions.map((position, i) => ({ id: `values/position/null-default/${i + 1}`, query: `query ($v: Int = null) { echo { ${position} } }` })),
  ...fields.filter(required).map((field) => ({ id: `values/missing/${field}`, query: `{ echo { ${field} } }` })),
];
