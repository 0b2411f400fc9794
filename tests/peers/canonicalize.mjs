// Canonical forms by jsonld.js and rdf-canonize in safe mode: JSON lines in, JSON lines out. See README.md.

import { cryptosuite } from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import { createHash } from 'node:crypto';
import { createInterface } from 'node:readline';

import { offlineLoader } from './loader.mjs';

// The suite's default gives up on a handful of blank nodes alike, long before our limit: what is compared is the form.
const maxDeepIterations = 20_000;

const wholeText = process.argv.includes('--n-quads');
const documentLoader = offlineLoader();
for await (const line of createInterface({ input: process.stdin })) {
  console.log(JSON.stringify(await answer(line)));
}

async function answer(line) {
  try {
    const { proof, ...document } = JSON.parse(line);
    const canonical = await cryptosuite.canonize(document, { documentLoader, maxDeepIterations });
    return wholeText ? { canonical } : { sha256: createHash('sha256').update(canonical).digest('hex') };
  } catch (error) {
    return { refused: reason(error) };
  }
}

// jsonld.js tells the event that safe mode stopped at; other errors have a code or a sentence.
function reason(error) {
  return error.details?.event?.code ?? error.details?.code ?? error.message.slice(0, 200);
}
