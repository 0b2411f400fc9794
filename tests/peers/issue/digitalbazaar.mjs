// Credentials made by @digitalbazaar/vc: `node digitalbazaar.mjs DIR`. See ../README.md.

import { DataIntegrityProof } from '@digitalbazaar/data-integrity';
import { Ed25519Signature2020 } from '@digitalbazaar/ed25519-signature-2020';
import { createSignCryptosuite } from '@digitalbazaar/eddsa-jcs-2022-cryptosuite';
import { cryptosuite as rdfc } from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import { issue } from '@digitalbazaar/vc';
import { createCredential, createList } from '@digitalbazaar/vc-bitstring-status-list';

import { offlineLoader } from '../loader.mjs';
import { keys, list, made, model1, writeCases, writeList, writeSurroundings } from './cases.mjs';

const dir = process.argv[2];
const documentLoader = offlineLoader();

const withRdfc = signer(key => dataIntegrity(key, rdfc));
const withJcs = signer(key => dataIntegrity(key, createSignCryptosuite()));
const with2020 = signer(key => new Ed25519Signature2020({ signer: key.signer(), date: made }));

const keyring = await keys();
writeSurroundings(dir, keyring);
await writeList(dir, await revocations(), keyring.peer, withRdfc);
await writeCases(dir, 'eddsa-rdfc-2022', { sign: withRdfc });
await writeCases(dir, 'eddsa-jcs-2022', { sign: withJcs });
// A set: the second suite signs beside the first, not over it.
await writeCases(dir, 'both', { sign: withBoth });
// Bitstring Status List belongs to VC Data Model 2.0.
await writeCases(dir, 'Ed25519Signature2020', {
  sign: with2020,
  model: model1(Ed25519Signature2020.CONTEXT_URL),
  without: ['not-revoked', 'revoked', 'unrevoked-by-hand'],
});

function dataIntegrity(key, cryptosuite) {
  return new DataIntegrityProof({ signer: key.signer(), cryptosuite, date: made });
}

function signer(suite) {
  // An expired credential cannot be issued today, so it is issued when it began.
  return (credential, key) =>
    issue({
      credential: structuredClone(credential),
      suite: suite(key),
      documentLoader,
      now: credential.validFrom ?? credential.issuanceDate,
    });
}

async function withBoth(credential, key) {
  const [one, other] = [await withRdfc(credential, key), await withJcs(credential, key)];
  return { ...credential, proof: [one.proof, other.proof].flat() };
}

async function revocations() {
  const bits = await createList({ length: list.length });
  bits.setStatus(list.revoked, true);
  return createCredential({ id: list.id, list: bits, statusPurpose: 'revocation' });
}
