// The one source of documents for the peers: pinned contexts, a folder, did:key. Nothing is fetched.

import * as DidKey from '@digitalbazaar/did-method-key';
import * as Ed25519Multikey from '@digitalbazaar/ed25519-multikey';
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const contextsDir = fileURLToPath(new URL('../../schemas/contexts/', import.meta.url));

/** Reads a JSON file. */
export function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'));
}

/** A JSON-LD document loader over `schemas/contexts` and the documents of `dir`; any other URL throws. */
export function offlineLoader(dir) {
  const known = new Map([...pinnedContexts(), ...folderDocuments(dir)]);
  const didKey = DidKey.driver();
  didKey.use({ multibaseMultikeyHeader: 'z6Mk', fromMultibase: Ed25519Multikey.from });

  return async function load(url) {
    const document = known.get(url) ?? verificationMethod(known, url);
    if (document) {
      return answer(url, document);
    }
    if (url.startsWith('did:key:')) {
      return answer(url, await didKey.get({ url }));
    }
    throw new Error(`not in the documents: ${url}`);
  };
}

function answer(documentUrl, document) {
  return { contextUrl: null, documentUrl, document: structuredClone(document), tag: 'static' };
}

function pinnedContexts() {
  return readJson(join(contextsDir, 'index.json')).map(({ url, file, sha256 }) => {
    const bytes = readFileSync(join(contextsDir, file));
    if (createHash('sha256').update(bytes).digest('hex') !== sha256) {
      throw new Error(`${file} is not the pinned file`);
    }
    return [url, JSON.parse(bytes)];
  });
}

function folderDocuments(dir) {
  const names = dir ? readdirSync(dir).filter(name => name.endsWith('.json')) : [];
  return names.sort().map(name => {
    const document = readJson(join(dir, name));
    return [document.id, document];
  });
}

// Controlled Identifiers, "Retrieve Verification Method": the method is looked up in the document of its own DID.
function verificationMethod(known, url) {
  const [did, fragment] = url.split('#');
  const document = fragment && did.startsWith('did:') ? known.get(did) : undefined;
  const method = document?.verificationMethod?.find(({ id }) => id === url);
  return method && { '@context': 'https://w3id.org/security/multikey/v1', ...method };
}
