import * as v from 'valibot';
import { formatArtifact } from './artifact-file.ts';
import { domainOf } from './artifact-refusals.ts';
import { messageOf, orderFrom, textRefusal } from './decide-order.ts';
import { formatMessage } from './message-file.ts';
import { nearest } from './names.ts';
import { orderBoard } from './order-board.ts';
import { formatOrder } from './order-file.ts';
import { artifactPath, messagePath, orderPath } from './paths.ts';
import type { Decision, Refusal, Request } from './request.ts';
import { projectRefusal, senderRefusal } from './roster.ts';
import { checkPayload, lineField } from './schema.ts';
import type { State } from './state.ts';
import { oneLine } from './visible.ts';

const PAYLOAD = v.object({
  artifact: lineField,
  why: v.optional(v.string('text, for example "It was made of the wrong branch"'), ''),
});

/**
 * Withdraws an artifact: nothing that requires it is ready until a new version is published. Its
 * producer and its consumers are told. Payload {artifact: domain/name, why?}. The human withdraws
 * any, an agent those of its domain. Refused: `unknown-artifact`, `not-your-domain`. Unneeded if it
 * is withdrawn already. Result {artifact, version, told}.
 */
export function decideWithdraw(state: State, request: Request): Decision {
  const checked = checkPayload(PAYLOAD, 'withdraw', request.payload);
  if ('refused' in checked) return checked;
  const { artifact: key, why } = checked.payload;
  const refused = projectRefusal(state) ?? senderRefusal(state, request.agent) ?? textRefusal(why);
  if (refused !== undefined) return { refused };
  const artifact = state.artifacts.get(key);
  if (artifact === undefined) return { refused: unknown(state, key) };
  const domain = domainOf(state, request.agent, artifact.domain);
  if (typeof domain === 'object') return { refused: domain };
  const told = [...new Set([artifact.domain, ...artifact.consumers])];
  const result = { artifact: key, version: artifact.version, told };
  if (artifact.withdrawn !== undefined) return { unneeded: result };
  const order = orderFrom(orderBoard(state), request, {
    kind: 'withdraw',
    to: told,
    artifact: key,
    body: why.trim(),
  });
  const reason = order.body === '' ? '' : ` ${order.body}`;
  const text = `${key} v${artifact.version} is withdrawn: do not build on it until there is a new version.${reason}`;
  return {
    granted: {
      files: new Map([
        [
          artifactPath(artifact.domain, artifact.name),
          formatArtifact({ ...artifact, withdrawn: request.at }),
        ],
        [orderPath(order.id), formatOrder(order)],
        [messagePath(order.id), formatMessage(messageOf(order, text))],
      ]),
      subject: oneLine(`withdraw: ${request.agent} withdraws ${key} v${artifact.version}`, 100),
      record: order.id,
      result,
    },
  };
}

function unknown({ artifacts }: State, key: string): Refusal {
  const suggestions = nearest(key, [...artifacts.keys()]);
  const hint =
    suggestions.length > 0
      ? `did you mean ${suggestions.join(' or ')}?`
      : 'comm-node artifact list';
  return {
    code: 'unknown-artifact',
    message: `there is no artifact "${oneLine(key, 80)}"; it is named DOMAIN/NAME`,
    hint,
    data: { artifact: oneLine(key, 80), suggestions },
  };
}
