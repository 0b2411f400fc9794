// The network as a folder, for a peer that takes no document loader: every request is answered from here. See README.md.

import { readFileSync, readdirSync } from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { readJson } from './loader.mjs';

const schemas = fileURLToPath(new URL('../../schemas/', import.meta.url));

/** Where the registry of trusted issuers is answered from. */
export const REGISTRY = 'https://registry.example/registry.json';

/**
 * Replaces `fetch` for the whole process, and closes the way around it. Contexts and JSON Schemas come from `schemas`, DID
 * documents and status lists from `dir`, the registry from `trusted` DIDs; anything else is "not found".
 */
export function goOffline(dir, trusted) {
  const known = new Map([...published(), ...folder(dir), [REGISTRY, registry(trusted)]]);
  globalThis.fetch = async request => {
    const url = typeof request === 'string' ? request : (request.url ?? request.href);
    const text = known.get(url);
    const headers = { 'content-type': 'application/json' };
    const answer = new Response(text ?? 'not found', { status: text === undefined ? 404 : 200, headers });
    Object.defineProperty(answer, 'url', { value: url });
    return answer;
  };
  Socket.prototype.connect = () => {
    throw new Error('this peer may not use the network');
  };
}

function published() {
  const contexts = readJson(join(schemas, 'contexts/index.json'));
  const current = join(schemas, 'open-badges/current');
  return [
    ...contexts.map(({ url, file }) => [url, readFileSync(join(schemas, 'contexts', file), 'utf8')]),
    ...readdirSync(current).map(name => [
      `https://purl.imsglobal.org/spec/ob/v3p0/schema/json/${name}`,
      readFileSync(join(current, name), 'utf8'),
    ]),
  ];
}

function folder(dir) {
  const names = dir ? readdirSync(dir).filter(name => name.endsWith('.json')) : [];
  return names.map(name => {
    const text = readFileSync(join(dir, name), 'utf8');
    return [address(JSON.parse(text).id), text];
  });
}

// did:web, "Read (Resolve)". The ids of the tests have no port and no escaped characters.
function address(id) {
  if (!id.startsWith('did:web:')) {
    return id;
  }
  const [host, ...path] = id.slice('did:web:'.length).split(':');
  return `https://${[host, ...(path.length > 0 ? path : ['.well-known']), 'did.json'].join('/')}`;
}

function registry(trusted) {
  const issuers = trusted.map(did => [did, { name: 'Trusted', url: 'https://registry.example/', location: 'Almaty' }]);
  return JSON.stringify({ registry: Object.fromEntries(issuers) });
}
