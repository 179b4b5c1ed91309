import { visible } from '../records/visible.ts';
import { verifyArtifacts } from '../services/artifact-content.ts';
import { defineCommand, refused } from './command.ts';

/** `comm-node artifact verify [ARTIFACT…]` */
export const artifactVerify = defineCommand({
  name: 'artifact verify',
  summary: 'Check that artifacts are what their records say, and always were',
  details:
    'The content is hashed again, and the history of the record is read: a version has one hash for ever. Exit code 1 when one was altered.',
  positionals: [{ name: 'artifacts', summary: 'DOMAIN/NAME[@VERSION]; none: all', many: true }],
  options: {},
  examples: [
    { line: 'comm-node artifact verify', what: 'all that is published' },
    { line: 'comm-node artifact verify backend/api-contract.yaml@2', what: 'one version of one' },
  ],
  async run(context, { artifacts }) {
    const outcome = await verifyArtifacts(context, artifacts);
    if (!outcome.ok) return outcome;
    const bad = outcome.data.verified.filter(({ ok }) => !ok);
    const [first] = bad;
    if (first?.problem == null) return outcome;
    const message =
      bad.length === 1 ? first.problem.message : `${bad.length} artifacts are not what they were`;
    return refused(
      { ...first.problem, message, data: { ...first.problem.data, ...outcome.data } },
      outcome.data,
    );
  },
  render: ({ verified }) =>
    verified.length === 0
      ? 'nothing is published\n'
      : verified
          .map(({ artifact, version, ok, problem }) =>
            visible(
              `${ok ? '✓' : '❌'} ${artifact} v${version}${problem ? `: ${problem.message}` : ''}\n`,
            ),
          )
          .join(''),
});
