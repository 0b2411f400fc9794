// Makes a small issuer on disk: its DID document, its status list, and credentials whose verdicts are known.

import { DataIntegrityProof } from '@digitalbazaar/data-integrity';
import * as Ed25519Multikey from '@digitalbazaar/ed25519-multikey';
import { cryptosuite } from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import { issue } from '@digitalbazaar/vc';
import { createCredential, createList } from '@digitalbazaar/vc-bitstring-status-list';
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { offlineLoader, readJson } from '../loader.mjs';

const DID = 'did:web:credentials.example.org';
const LIST = 'https://credentials.example.org/status/1';
const REVOKED_INDEX = 7;

const sample = readJson(new URL('credential.json', import.meta.url));
const signer = await keyPair('credentials-1.json', 'tanu example key 1');
const listSigner = await keyPair('status-1.json', 'tanu example key 2');
const stranger = await Ed25519Multikey.generate({ id: 'did:web:else.example#key', controller: 'did:web:else.example' });
const unlisted = await Ed25519Multikey.generate({ id: `${DID}#unlisted`, controller: DID });
const loginOnly = await Ed25519Multikey.generate({ id: `${DID}#login`, controller: DID });

const good = { verified: true, revoked: false };
const forged = { verified: false, revoked: null };
const unknown = { verified: true, revoked: null };

/** Writes the folder and returns the cases: `{name, file, expected: {node, core, python}}`. */
export async function make(dir) {
  const documents = join(dir, 'documents');
  mkdirSync(documents, { recursive: true });
  save(join(documents, 'did.json'), didDocument(DID, [signer, listSigner], [loginOnly]));
  save(join(documents, 'else.json'), didDocument('did:web:else.example', [stranger], []));
  await statusLists(documents);

  const cases = [];
  for (const { name, python, node, core = node, change = identity, alter = identity, key = signer } of table()) {
    const credential = structuredClone(sample);
    entry(credential, LIST, 4);
    change(credential);
    const signed = await sign(credential, key);
    // The strict schema family wants an array; a set of one proof is the same RDF.
    signed.proof = [signed.proof];
    alter(signed);
    const file = join(dir, `${name}.json`);
    save(file, signed);
    cases.push({ name, file, expected: { node, core, python } });
  }
  return { documents, cases };
}

function table() {
  const both = (name, expected, how = {}) => ({ name, node: expected, python: expected, ...how });
  return [
    both('good', good),
    both('no-status', unknown, { change: c => delete c.credentialStatus }),
    both('revoked', { verified: true, revoked: true }, { change: c => entry(c, LIST, REVOKED_INDEX) }),
    both('name-changed', forged, { alter: c => (c.credentialSubject.identifier[0].identityHash = 'Basqa Adam') }),
    both('index-changed', forged, { alter: c => (c.credentialStatus.statusListIndex = '8') }),
    both('status-removed', forged, { alter: c => delete c.credentialStatus }),
    both('term-added', forged, { alter: c => (c.credentialSubject.nickname = 'undefined in every context') }),
    both('signed-by-stranger', forged, { key: stranger }),
    both('key-not-published', forged, { key: unlisted }),
    // verifier-core looks the status up whatever the dates say, and takes a list from anybody.
    both('expired', forged, {
      core: { verified: false, revoked: false },
      change: c => (c.validUntil = '2026-06-01T00:00:00Z'),
    }),
    both('not-yet-valid', forged, { change: c => (c.validFrom = '2199-01-01T00:00:00Z') }),
    both('list-missing', unknown, { change: c => entry(c, `${LIST}-missing`, 1) }),
    both('list-altered', unknown, { change: c => entry(c, `${LIST}-altered`, REVOKED_INDEX) }),
    both('list-of-stranger', unknown, { core: good, change: c => entry(c, `${LIST}-stranger`, 1) }),
    both('list-expired', unknown, { change: c => entry(c, `${LIST}-expired`, 1) }),
    // PyLD 3.3.0 does not escape U+007F as RDF Canonicalization, "Canonical N-Quads", wants; nor the controls below
    // U+0020 other than tab, line feed and carriage return. Text that we issue holds none of them.
    {
      name: 'control-character',
      node: good,
      python: forged,
      change: c => (c.credentialSubject.achievement.description += '\u007f'),
    },
    // openbadgeslib takes any method of the DID document; it does not read `assertionMethod`.
    { name: 'key-for-login-only', node: forged, python: good, key: loginOnly },
  ];
}

function identity() {}

function entry(credential, list, index) {
  credential.credentialStatus = {
    id: `${list}#${index}`,
    type: 'BitstringStatusListEntry',
    statusPurpose: 'revocation',
    statusListIndex: String(index),
    statusListCredential: list,
  };
}

async function statusLists(documents) {
  const write = async (name, key, change = identity, alter = identity) => {
    const list = await createList({ length: 131072 });
    list.setStatus(REVOKED_INDEX, true);
    const id = name === '1' ? LIST : `${LIST}-${name}`;
    const unsigned = await createCredential({ id, list, statusPurpose: 'revocation' });
    Object.assign(unsigned, { issuer: key.controller, validFrom: '2026-05-15T00:00:00Z' });
    unsigned.credentialSubject.ttl = 300000;
    change(unsigned);
    const signed = await sign(unsigned, key);
    alter(signed);
    save(join(documents, `status-${name}.json`), signed);
  };
  const encodedList = await (await createList({ length: 131072 })).encode();
  await write('1', listSigner);
  await write('altered', listSigner, identity, c => (c.credentialSubject.encodedList = encodedList));
  await write('stranger', stranger);
  await write('expired', listSigner, c => (c.validUntil = '2026-06-01T00:00:00Z'));
}

function didDocument(id, asserting, others) {
  const method = key => ({
    id: key.id,
    type: 'Multikey',
    controller: id,
    publicKeyMultibase: key.publicKeyMultibase,
  });
  return {
    '@context': ['https://www.w3.org/ns/did/v1', 'https://w3id.org/security/multikey/v1'],
    id,
    verificationMethod: [...asserting, ...others].map(method),
    assertionMethod: asserting.map(key => key.id),
  };
}

async function keyPair(file, label) {
  const { id, publicKeyMultibase, secretSeedHex } = readJson(new URL(`../../../keys-example/${file}`, import.meta.url));
  const seed = createHash('sha256').update(label).digest();
  const pair = await Ed25519Multikey.generate({ seed, id, controller: DID });
  if (seed.toString('hex') !== secretSeedHex || pair.publicKeyMultibase !== publicKeyMultibase) {
    throw new Error(`${file} is not derived from its label`);
  }
  return pair;
}

function sign(credential, key) {
  const suite = new DataIntegrityProof({ signer: key.signer(), cryptosuite, date: '2026-05-15T00:00:00Z' });
  // A credential that is expired or not yet valid cannot be issued today.
  const now = credential.validFrom;
  return issue({ credential, suite, documentLoader: offlineLoader(), now });
}

function save(file, document) {
  writeFileSync(file, `${JSON.stringify(document, null, 1)}\n`);
}
