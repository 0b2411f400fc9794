// Verifies credential files with @digitalcredentials/verifier-core: one JSON line per file. See README.md.

import { verifyCredential } from '@digitalcredentials/verifier-core';
import { parseArgs } from 'node:util';

import { readJson } from './loader.mjs';
import { goOffline, REGISTRY } from './offline.mjs';

const { dir, trusted, files } = commandLine();
goOffline(dir, trusted);
// The library tells of its troubles on standard output, where our lines go.
const print = console.log;
console.log = console.error;
const knownDIDRegistries = [{ name: 'Tests', type: 'dcc-legacy', url: REGISTRY }];
for (const file of files) {
  print(JSON.stringify({ file, ...(await verify(file)) }));
}

function commandLine() {
  try {
    const { values, positionals } = parseArgs({
      options: { documents: { type: 'string' }, trust: { type: 'string' } },
      allowPositionals: true,
    });
    if (positionals.length > 0) {
      const trusted = values.trust ? readJson(values.trust).issuers.map(({ id }) => id) : [];
      return { dir: values.documents, trusted, files: positionals };
    }
  } catch {
    // An unknown option: the usage below says what is known.
  }
  console.error('usage: node verify-core.mjs --documents DIR [--trust FILE] FILE…');
  process.exit(64);
}

async function verify(file) {
  const { log, errors, additionalInformation } = await verifyCredential({ credential: readJson(file), knownDIDRegistries });
  if (!log) {
    return { verified: false, revoked: null, error: reason(errors) };
  }
  const step = name => log.find(({ id }) => id === name);
  const status = step('revocation_status');
  const answer = {
    verified: step('valid_signature')?.valid === true && step('expiration')?.valid === true,
    revoked: status?.valid === undefined ? null : !status.valid,
    trusted: step('registered_issuer')?.valid === true,
    schema: schema(additionalInformation),
  };
  return status?.error ? { ...answer, error: `status: ${status.error.name}` } : answer;
}

// `true` once every schema that the library looked up says so; what it could not look up is no answer.
function schema(information) {
  const results = information?.find(({ id }) => id === 'schema_check')?.results;
  return Array.isArray(results) ? results.every(({ result }) => result.valid) : null;
}

function reason(errors) {
  return (errors ?? []).map(({ name, message }) => `${name} ${message}`).join(' ') || 'no reason given';
}
