// Do the peers tell right from wrong? Makes known cases and runs both scripts over them. See README.md.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { make } from './selftest/make.mjs';

const here = path => fileURLToPath(new URL(path, import.meta.url));
const peers = [
  { name: 'node', command: process.execPath, script: here('verify.mjs') },
  { name: 'core', command: process.execPath, script: here('verify-core.mjs') },
  { name: 'python', command: here('.venv/bin/python'), script: here('verify.py') },
];

const dir = mkdtempSync(join(tmpdir(), 'tanu-peers-'));
let failed = 0;
let passed = 0;
try {
  const { documents, cases } = await make(dir);
  for (const { name, command, script } of peers) {
    if (!existsSync(command)) {
      console.log(`SKIPPED ${name}: ${command} is not installed`);
      failed += 1;
      continue;
    }
    compare(name, cases, answers(command, script, documents, cases));
  }
} finally {
  rmSync(dir, { recursive: true });
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

function answers(command, script, documents, cases) {
  const files = cases.map(({ file }) => file);
  const run = spawnSync(command, [script, '--documents', documents, ...files], { encoding: 'utf8' });
  if (run.status !== 0) {
    throw new Error(`${script} ended with ${run.status}: ${run.stderr}`);
  }
  return run.stdout.trim().split('\n').map(line => JSON.parse(line));
}

function compare(peer, cases, lines) {
  for (const [index, { name, expected }] of cases.entries()) {
    const { verified, revoked, error } = lines[index];
    const want = expected[peer];
    const right = verified === want.verified && revoked === want.revoked;
    right ? (passed += 1) : (failed += 1);
    console.log(`${right ? 'ok  ' : 'FAIL'} ${peer} ${name}: verified ${verified}, revoked ${revoked}${error ? ` (${error.slice(0, 160)})` : ''}`);
  }
}
