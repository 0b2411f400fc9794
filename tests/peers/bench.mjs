// Measures @digitalbazaar/vc and its jcs suite, warm: one JSON line of medians in microseconds. See README.md.

import { DataIntegrityProof } from '@digitalbazaar/data-integrity';
import * as Ed25519Multikey from '@digitalbazaar/ed25519-multikey';
import * as jcs from '@digitalbazaar/eddsa-jcs-2022-cryptosuite';
import { cryptosuite as rdfc } from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import { issue, verifyCredential } from '@digitalbazaar/vc';
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

import { offlineLoader } from './loader.mjs';

// Warm means that V8 has compiled the path and jsonld.js holds the contexts; both are so after some hundred milliseconds.
const WARM_UP_MS = 400;
const SAMPLES_MIN = 30;

const { files, milliseconds } = commandLine();
const documentLoader = offlineLoader();
const key = await exampleKey();
const suites = {
  'eddsa-rdfc-2022': { sign: rdfc, verify: rdfc },
  'eddsa-jcs-2022': { sign: jcs.createSignCryptosuite(), verify: jcs.createVerifyCryptosuite() },
};

const measured = [];
for (const file of files) {
  measured.push({ file, ...(await measure(readFileSync(file, 'utf8'))) });
}
console.log(JSON.stringify({ peer: '@digitalbazaar/vc', unit: 'µs', files: measured }));

function commandLine() {
  try {
    const { values, positionals } = parseArgs({
      options: { milliseconds: { type: 'string', default: '1000' } },
      allowPositionals: true,
    });
    const milliseconds = Number(values.milliseconds);
    if (positionals.length > 0 && milliseconds > 0) {
      return { files: positionals, milliseconds };
    }
  } catch {
    // An unknown option: the usage below says what is known.
  }
  console.error('usage: node bench.mjs [--milliseconds N] FILE…');
  process.exit(64);
}

/** A did:key of a fixed seed, so that every run signs the same bytes. It protects nothing. */
async function exampleKey() {
  const pair = await Ed25519Multikey.generate({ seed: new Uint8Array(32).fill(7) });
  pair.controller = `did:key:${pair.publicKeyMultibase}`;
  pair.id = `${pair.controller}#${pair.publicKeyMultibase}`;
  return pair;
}

async function measure(text) {
  const unsecured = ofTheExampleKey(JSON.parse(text));
  const now = unsecured.validFrom;
  const answer = {};
  for (const [name, cryptosuite] of Object.entries(suites)) {
    const sign = () => signed(JSON.stringify(unsecured), cryptosuite.sign, now);
    const secured = await sign();
    const verify = () => verified(secured, cryptosuite.verify, now);
    // A peer that refuses early is no yardstick: what is timed must succeed, and fail on other content.
    await verify();
    await refuses(secured, cryptosuite.verify, now);
    answer[name] = { sign: await median(sign), verify: await median(verify) };
  }
  return answer;
}

// The file may be signed by anybody; here it is signed anew, and its status is not asked for.
function ofTheExampleKey({ proof, credentialStatus, ...credential }) {
  const { issuer } = credential;
  credential.issuer = typeof issuer === 'object' ? { ...issuer, id: key.controller } : key.controller;
  return credential;
}

/** Bytes in, bytes out: reading and writing JSON belong to the work. */
async function signed(text, cryptosuite, now) {
  const suite = new DataIntegrityProof({ signer: key.signer(), cryptosuite, date: now });
  return JSON.stringify(await issue({ credential: JSON.parse(text), suite, documentLoader, now }));
}

async function verified(text, cryptosuite, now) {
  const { verified, error } = await verdict(text, cryptosuite, now);
  if (!verified) {
    throw error;
  }
}

async function refuses(text, cryptosuite, now) {
  const changed = text.replace('"validFrom":"2', '"validFrom":"1');
  const { verified } = await verdict(changed, cryptosuite, now);
  if (changed === text || verified) {
    throw new Error('a changed credential is accepted');
  }
}

function verdict(text, cryptosuite, now) {
  const suite = new DataIntegrityProof({ cryptosuite });
  return verifyCredential({ credential: JSON.parse(text), suite, documentLoader, now });
}

async function median(work) {
  await samples(work, WARM_UP_MS, 1);
  const times = await samples(work, milliseconds, SAMPLES_MIN);
  times.sort((a, b) => a - b);
  return Math.round(times[times.length >> 1] * 10) / 10;
}

async function samples(work, atLeastMs, atLeast) {
  const times = [];
  const end = performance.now() + atLeastMs;
  while (performance.now() < end || times.length < atLeast) {
    const began = performance.now();
    await work();
    times.push((performance.now() - began) * 1000);
  }
  return times;
}
