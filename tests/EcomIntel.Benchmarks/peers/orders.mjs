// What every peer serves: the schema and the orders of the files named on the command line.
import { readFileSync } from 'node:fs';

export const typeDefs = readFileSync(process.argv[2], 'utf8');
const orders = JSON.parse(readFileSync(process.argv[3], 'utf8'));

export const first = (count) => orders.slice(0, count);

export const announce = (port) => process.stdout.write(JSON.stringify({ url: `http://127.0.0.1:${port}` }) + '\n');
