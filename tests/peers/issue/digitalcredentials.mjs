// Credentials made by @digitalcredentials/vc, the library under verifier-core: `node digitalcredentials.mjs DIR`.
// See ../README.md.

import { DataIntegrityProof } from '@digitalcredentials/data-integrity';
import { Ed25519Signature2020 } from '@digitalcredentials/ed25519-signature-2020';
import { cryptosuite } from '@digitalcredentials/eddsa-rdfc-2022-cryptosuite';
import * as vc from '@digitalcredentials/vc';
import { createCredential, createList } from '@digitalcredentials/vc-bitstring-status-list';

import { offlineLoader } from '../loader.mjs';
import { keys, list, made, model1, writeCases, writeList, writeSurroundings } from './cases.mjs';

const dir = process.argv[2];
const documentLoader = offlineLoader();

const withRdfc = signer(key => new DataIntegrityProof({ signer: key.signer(), cryptosuite, date: made }));
const with2020 = signer(key => new Ed25519Signature2020({ signer: key.signer(), date: made }));

const keyring = await keys();
writeSurroundings(dir, keyring);
await writeList(dir, await revocations(), keyring.peer, withRdfc);
await writeCases(dir, 'eddsa-rdfc-2022', { sign: withRdfc });
// Bitstring Status List belongs to VC Data Model 2.0.
await writeCases(dir, 'Ed25519Signature2020', {
  sign: with2020,
  model: model1('https://w3id.org/security/suites/ed25519-2020/v1'),
  without: ['not-revoked', 'revoked', 'unrevoked-by-hand'],
});

function signer(suite) {
  // An expired credential cannot be issued today, so it is issued when it began.
  return (credential, key) =>
    vc.issue({
      credential: structuredClone(credential),
      suite: suite(key),
      documentLoader,
      now: credential.validFrom ?? credential.issuanceDate,
    });
}

async function revocations() {
  const bits = await createList({ length: list.length });
  bits.setStatus(list.revoked, true);
  return createCredential({ id: list.id, list: bits, statusPurpose: 'revocation' });
}
