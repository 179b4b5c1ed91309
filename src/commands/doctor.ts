import { visible } from '../records/visible.ts';
import type { Check } from '../services/check.ts';
import { examine } from '../services/checkup.ts';
import { defineCommand, done, refused } from './command.ts';
import type { Look } from './look.ts';

/** `comm-node doctor` */
export const doctor = defineCommand({
  name: 'doctor',
  summary: 'Check everything that can go wrong, and say how to mend it',
  details: 'One check a line: pass, warn or fail. Exit code 1 if any fails.',
  options: {},
  examples: [
    { line: 'comm-node doctor', what: 'when something seems wrong' },
    { line: 'comm-node doctor --json', what: 'for programs: a list of checks' },
  ],
  async run(context) {
    const checks = await examine(context);
    const bad = checks.filter(({ status }) => status === 'fail');
    const warned = checks.filter(({ status }) => status === 'warn').length;
    const data = { checks, failed: bad.length, warned };
    if (bad.length === 0) return done(data);
    const names = bad.map(({ name }) => name).join(', ');
    return refused(
      { code: 'unwell', message: `not well: ${names}`, data: { failed: names } },
      data,
    );
  },
  render: ({ checks }, look) => checks.map((check) => renderCheck(check, look)).join(''),
});

function renderCheck({ name, status, found, mend }: Check, look: Look): string {
  const paint = { pass: look.green, warn: look.yellow, fail: look.red }[status];
  const line = `${paint(status)} ${name}: ${visible(found)}\n`;
  return mend === undefined ? line : `${line}     mend: ${visible(mend)}\n`;
}
