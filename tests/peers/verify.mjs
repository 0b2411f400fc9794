// Verifies credential files with @digitalbazaar/vc: one JSON line per file. See README.md.

import { DataIntegrityProof } from '@digitalbazaar/data-integrity';
import { Ed25519Signature2020 } from '@digitalbazaar/ed25519-signature-2020';
import { createVerifyCryptosuite as eddsaJcs2022 } from '@digitalbazaar/eddsa-jcs-2022-cryptosuite';
import { cryptosuite as eddsaRdfc2022 } from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import { verifyCredential } from '@digitalbazaar/vc';
import { checkStatus } from '@digitalbazaar/vc-bitstring-status-list';
import { parseArgs } from 'node:util';

import { offlineLoader, readJson } from './loader.mjs';

// Each proof is matched with its own suite. Those of a set that have none here are not looked at.
const suite = [
  new DataIntegrityProof({ cryptosuite: eddsaRdfc2022 }),
  new DataIntegrityProof({ cryptosuite: eddsaJcs2022() }),
  new Ed25519Signature2020(),
];
const { dir, files } = commandLine();
const documentLoader = offlineLoader(dir);
for (const file of files) {
  console.log(JSON.stringify({ file, ...(await verify(file)) }));
}

function commandLine() {
  try {
    const { values, positionals } = parseArgs({
      options: { documents: { type: 'string' } },
      allowPositionals: true,
    });
    if (positionals.length > 0) {
      return { dir: values.documents, files: positionals };
    }
  } catch {
    // An unknown option: the usage below says what is known.
  }
  console.error('usage: node verify.mjs --documents DIR FILE…');
  process.exit(64);
}

async function verify(file) {
  try {
    const credential = readJson(file);
    // The status is a question of its own here, so that "revoked" and "forged" stay two answers.
    const proof = await verifyCredential({
      credential,
      suite,
      documentLoader,
      checkStatus: () => ({ verified: true }),
    });
    if (!proof.verified) {
      return { verified: false, revoked: null, error: reason(proof.error) };
    }
    return { verified: true, ...(await status(credential)) };
  } catch (error) {
    return { verified: false, revoked: null, error: reason(error) };
  }
}

async function status(credential) {
  if (credential.credentialStatus === undefined) {
    return { revoked: null };
  }
  const result = await checkStatus({ credential, suite, documentLoader });
  if (!result.verified) {
    return { revoked: null, error: `status: ${reason(result.error)}` };
  }
  const revoked = result.results.some(
    entry => entry.credentialStatus.statusPurpose === 'revocation' && entry.status,
  );
  return { revoked };
}

// jsonld-signatures hides the cause of a failure in a list inside the error.
function reason(error) {
  const causes = (error?.errors ?? []).map(reason);
  return [error?.message ?? 'no reason given', ...causes].join(' ');
}
