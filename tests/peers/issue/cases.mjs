// The cases that every peer makes, and the files around them: keys, DID documents, trust list. It signs nothing.

import * as Ed25519Multikey from '@digitalbazaar/ed25519-multikey';
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { readJson } from '../loader.mjs';

const PEER = 'did:web:peer.example';
const STRANGER = 'did:web:stranger.example';
const LIST = 'https://peer.example/status/1';
const REVOKED_INDEX = 94_567;

/** When every credential and proof is made. */
export const made = '2026-05-15T00:00:00Z';
export const list = { id: LIST, revoked: REVOKED_INDEX, length: 131_072, validFrom: made, validUntil: '2199-01-01T00:00:00Z' };

const sample = readJson(new URL('badge.json', import.meta.url));

/** Every case: what is changed before signing, whose key signs, and what is changed afterwards. */
const CASES = {
  valid: {},
  altered: { alter: c => (c.credentialSubject.achievement.name += '!') },
  'issuer-renamed': { alter: c => (c.issuer.name = 'Another University') },
  removed: { alter: c => delete c.evidence },
  expired: { change: c => (c.validUntil = '2026-06-01T00:00:00Z') },
  'not-yet-valid': { change: c => (c.validFrom = '2199-01-01T00:00:00Z') },
  'not-revoked': { change: c => (c.credentialStatus = entry(REVOKED_INDEX + 1)) },
  revoked: { change: c => (c.credentialStatus = entry(REVOKED_INDEX)) },
  'unrevoked-by-hand': {
    change: c => (c.credentialStatus = entry(REVOKED_INDEX)),
    alter: c => delete c.credentialStatus,
  },
  stranger: { key: 'stranger' },
  unlisted: { key: 'stranger', change: c => (c.issuer.id = STRANGER) },
};

/** The two keys, from fixed labels: what they sign is the same every time, and protects nothing. */
export async function keys() {
  return { peer: await keyOf(PEER), stranger: await keyOf(STRANGER) };
}

async function keyOf(controller) {
  const seed = createHash('sha256').update(`tanu test ${controller}`).digest();
  return Ed25519Multikey.generate({ seed, id: `${controller}#key-1`, controller });
}

/** What lies around the credentials: `documents/` and `trust.json`. */
export function writeSurroundings(dir, { peer, stranger }) {
  save(join(dir, 'documents/peer.json'), didDocument(peer));
  save(join(dir, 'documents/stranger.json'), didDocument(stranger));
  const pinned = { id: peer.id, multibase: peer.publicKeyMultibase };
  save(join(dir, 'trust.json'), { version: 1, issuers: [{ id: PEER, name: 'Peer University', keys: [pinned] }] });
}

/** Signs the status list with `sign(document, key)`. */
export async function writeList(dir, unsigned, key, sign) {
  const { validFrom, validUntil } = list;
  save(join(dir, 'documents/status.json'), await sign({ ...unsigned, issuer: key.controller, validFrom, validUntil }, key));
}

/**
 * Signs every case with `sign(credential, key)` into `DIR/FORMAT/CASE.json`.
 * `model` turns the credential into another data model; cases that the format has no form for are left out by name.
 */
export async function writeCases(dir, format, { sign, model = identity, without = [] }) {
  const keyring = await keys();
  for (const { name, credential, key, alter = identity } of cases().filter(({ name }) => !without.includes(name))) {
    const signed = await sign(model(credential), keyring[key]);
    signed.proof = [signed.proof].flat();
    alter(signed);
    save(join(dir, format, `${name}.json`), signed);
  }
}

/** Every case, not signed yet: `{name, credential, key, alter?}`. */
export function cases() {
  return Object.entries(CASES).map(([name, { change = identity, key = 'peer', alter }]) => {
    const credential = structuredClone(sample);
    credential.issuer.id = PEER;
    change(credential);
    return { name, credential, key, alter };
  });
}

function identity(value) {
  return value;
}

function entry(index) {
  return {
    id: `${LIST}#${index}`,
    type: 'BitstringStatusListEntry',
    statusPurpose: 'revocation',
    statusListIndex: String(index),
    statusListCredential: LIST,
  };
}

function didDocument({ id, controller, publicKeyMultibase }) {
  return {
    '@context': ['https://www.w3.org/ns/did/v1', 'https://w3id.org/security/multikey/v1'],
    id: controller,
    verificationMethod: [{ id, type: 'Multikey', controller, publicKeyMultibase }],
    assertionMethod: [id],
  };
}

/** The same badge in VC Data Model 1.1, with the first contexts of Open Badges 3.0. */
export function model1(suiteContext) {
  return ({ '@context': _, validFrom, validUntil, ...rest }) => ({
    '@context': [
      'https://www.w3.org/2018/credentials/v1',
      'https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.1.json',
      suiteContext,
    ],
    ...rest,
    issuanceDate: validFrom,
    ...(validUntil && { expirationDate: validUntil }),
  });
}

/** Writes a document, making its folder. */
export function save(file, document) {
  saveText(file, `${JSON.stringify(document, null, 1)}\n`);
}

/** Writes a text, making its folder. */
export function saveText(file, text) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
