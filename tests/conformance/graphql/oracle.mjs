// What the reference implementation says of every case, one JSON object a line.
import { readFileSync } from 'node:fs';
import { buildSchema, parse, print, recommendedRules, specifiedRules, validate, validateSchema } from 'graphql';
import { cases as syntax } from './syntax.mjs';
import { cases as rules } from './rules.mjs';
import { cases as values } from './values.mjs';
import { ownCases, printCases, schemaCases } from './sdl.mjs';
import { executionCases } from './execution.mjs';
import { run } from './world.mjs';

const sdl = readFileSync(new URL('./schema.graphql', import.meta.url), 'utf8');
const schema = buildSchema(sdl);
const errors = (list) => list.map((error) => ({ message: error.message, locations: error.locations ?? [], path: error.path }));
const emit = (line) => process.stdout.write(JSON.stringify(line) + '\n');

function document({ id, query }, validated) {
  let ast;
  try {
    ast = parse(query);
  } catch (error) {
    return { kind: 'document', id, query, validated, ok: false, phase: 'parse', errors: errors([error]) };
  }
  const found = validated ? validate(schema, ast) : [];
  return { kind: 'document', id, query, validated, ok: found.length === 0, phase: 'validate', errors: errors(found), printed: print(ast) };
}

function whole({ id, sdl: text }) {
  try {
    return { kind: 'schema', id, query: text, ok: validateSchema(buildSchema(text)).length === 0 };
  } catch (error) {
    return { kind: 'schema', id, query: text, ok: false, message: error.message };
  }
}

// How many documents each rule of the reference refuses: one that refuses none is not tested.
function coverage(entries) {
  const refused = Object.fromEntries([...new Set([...specifiedRules, ...recommendedRules])].map((rule) => [rule.name, 0]));
  for (const { query } of entries) {
    let ast;
    try {
      ast = parse(query);
    } catch {
      continue;
    }
    for (const rule of [...specifiedRules, ...recommendedRules]) if (validate(schema, ast, [rule]).length > 0) refused[rule.name]++;
  }
  return { kind: 'coverage', refused };
}

emit(coverage([...rules, ...values]));
for (const entry of [...rules, ...values]) emit(document(entry, true));
for (const entry of [...syntax, ...printCases]) emit(document(entry, false));
for (const entry of schemaCases) emit(whole(entry));
for (const { id, sdl: text, query } of ownCases) {
  const found = validate(buildSchema(text), parse(query));
  emit({ kind: 'own', id, sdl: text, query, ok: found.length === 0, errors: errors(found) });
}
for (const entry of executionCases) emit({ kind: 'execution', ...entry, ...(await run(entry)) });
