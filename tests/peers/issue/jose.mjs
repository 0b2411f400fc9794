// Tokens made with jose, in both profiles: `node jose.mjs DIR`. See ../README.md.

import { DataIntegrityProof } from '@digitalbazaar/data-integrity';
import { cryptosuite } from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import { issue } from '@digitalbazaar/vc';
import { createCredential, createList } from '@digitalbazaar/vc-bitstring-status-list';
import { CompactSign, importJWK } from 'jose';
import { join } from 'node:path';

import { offlineLoader } from '../loader.mjs';
import { cases, keys, list, made, saveText, writeList, writeSurroundings } from './cases.mjs';

const dir = process.argv[2];
const keyring = await keys();
writeSurroundings(dir, keyring);
await writeList(dir, await revocations(), keyring.peer, withProof);

// Open Badges 3.0, "JSON Web Token Proof Format".
await write('ob3-jwt', { typ: 'JWT' }, credential => ({
  ...credential,
  iss: credential.issuer.id,
  jti: credential.id,
  sub: credential.credentialSubject.id,
  nbf: seconds(credential.validFrom),
  ...(credential.validUntil && { exp: seconds(credential.validUntil) }),
}));
// Securing Verifiable Credentials using JOSE and COSE: the payload is the credential.
await write('vc+jwt', { typ: 'vc+jwt', cty: 'vc' }, credential => credential);

async function write(format, header, claims) {
  for (const { name, credential, key, alter } of cases()) {
    const signed = await token({ alg: 'EdDSA', kid: keyring[key].id, ...header }, claims(credential), keyring[key]);
    saveText(join(dir, format, `${name}.jwt`), alter ? swapped(signed, alter) : signed);
  }
}

async function token(header, payload, key) {
  const secret = await importJWK(await jwk(key), 'EdDSA');
  return new CompactSign(Buffer.from(JSON.stringify(payload))).setProtectedHeader(header).sign(secret);
}

// RFC 8037: the seed and the public key, without their multicodec prefixes.
async function jwk(key) {
  const { publicKey, secretKey } = await key.export({ publicKey: true, secretKey: true, raw: true });
  const text = bytes => Buffer.from(bytes.subarray(0, 32)).toString('base64url');
  return { kty: 'OKP', crv: 'Ed25519', x: text(publicKey), d: text(secretKey) };
}

// Another payload under the old signature.
function swapped(signed, alter) {
  const [header, payload, signature] = signed.split('.');
  const credential = JSON.parse(Buffer.from(payload, 'base64url'));
  alter(credential);
  return [header, Buffer.from(JSON.stringify(credential)).toString('base64url'), signature].join('.');
}

function seconds(date) {
  return Date.parse(date) / 1000;
}

function withProof(credential, key) {
  const suite = new DataIntegrityProof({ signer: key.signer(), cryptosuite, date: made });
  return issue({ credential, suite, documentLoader: offlineLoader(), now: credential.validFrom });
}

async function revocations() {
  const bits = await createList({ length: list.length });
  bits.setStatus(list.revoked, true);
  return createCredential({ id: list.id, list: bits, statusPurpose: 'revocation' });
}
