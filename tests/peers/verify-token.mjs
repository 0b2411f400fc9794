// Verifies tokens with jose: one JSON line per file. See README.md.

import * as Ed25519Multikey from '@digitalbazaar/ed25519-multikey';
import { decodeProtectedHeader, importJWK, jwtVerify } from 'jose';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { readJson } from './loader.mjs';

const { dir, files } = commandLine();
for (const file of files) {
  console.log(JSON.stringify({ file, ...(await verify(readFileSync(file, 'utf8').trim())) }));
}

function commandLine() {
  try {
    const { values, positionals } = parseArgs({ options: { documents: { type: 'string' } }, allowPositionals: true });
    if (positionals.length > 0 && values.documents) {
      return { dir: values.documents, files: positionals };
    }
  } catch {
    // An unknown option: the usage below says what is known.
  }
  console.error('usage: node verify-token.mjs --documents DIR FILE…');
  process.exit(64);
}

// jose knows signatures and claims; that the key is the issuer's is looked up here, and a status is not asked for.
async function verify(token) {
  try {
    const { kid } = decodeProtectedHeader(token);
    const { payload } = await jwtVerify(token, await keyOf(kid), { algorithms: ['EdDSA'] });
    if (payload.issuer.id !== kid.split('#')[0]) {
      throw new Error('the key is not the issuer\'s');
    }
    return { verified: true, revoked: null };
  } catch (error) {
    return { verified: false, revoked: null, error: error.message };
  }
}

async function keyOf(kid) {
  const documents = readdirSync(dir).map(name => readJson(join(dir, name)));
  const methods = documents.flatMap(({ verificationMethod }) => verificationMethod ?? []);
  const method = methods.find(({ id }) => id === kid);
  if (!method) {
    throw new Error(`not in the documents: ${kid}`);
  }
  const key = await Ed25519Multikey.from({ '@context': 'https://w3id.org/security/multikey/v1', ...method });
  const { publicKey } = await key.export({ publicKey: true, raw: true });
  return importJWK({ kty: 'OKP', crv: 'Ed25519', x: Buffer.from(publicKey).toString('base64url') }, 'EdDSA');
}
