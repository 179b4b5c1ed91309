import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the model does when it is asked: uses tools, or says something and is done. */
export type Step =
  | { readonly tools: readonly { readonly name: string; readonly input: object }[] }
  | { readonly text: string };

export interface ScriptedModel {
  readonly url: string;
  /** The bodies of all requests of the conversation, in order. */
  readonly requests: readonly string[];
  close(): void;
}

/**
 * A model on loopback that answers by a script: step by step, whatever it is asked.
 * @param before called before each step is answered, with its number
 */
export async function startScriptedModel(
  steps: readonly Step[],
  before: (step: number) => Promise<void> = async () => undefined,
): Promise<ScriptedModel> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      response.writeHead(500).end(String(error));
    });
  });
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await textOf(request);
    if (!request.url?.startsWith('/v1/messages') || request.url.includes('count_tokens')) {
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"input_tokens":1}');
      return;
    }
    const { tools, stream } = JSON.parse(body) as { tools?: { name: string }[]; stream?: boolean };
    // The client asks small things on the side, such as a title: those are not of the conversation.
    const isTalk = tools?.some(({ name }) => name === 'Write') === true;
    let step: Step = { text: 'ok' };
    if (isTalk) {
      const at = requests.push(body) - 1;
      await before(at);
      step = steps[at] ?? { text: 'Nothing more.' };
    }
    if (stream === true) sendEvents(response, step);
    else
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify(whole(step)));
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

let made = 0;
const usage = { input_tokens: 10, output_tokens: 10 };

function whole(step: Step) {
  const content = contentOf(step);
  const stop_reason = 'tools' in step ? 'tool_use' : 'end_turn';
  const id = `msg_${made++}`;
  return { id, type: 'message', role: 'assistant', model: 'scripted', content, stop_reason, usage };
}

function contentOf(step: Step) {
  if ('text' in step) return [{ type: 'text', text: step.text }];
  return step.tools.map(({ name, input }) => ({
    type: 'tool_use',
    id: `toolu_${made++}`,
    name,
    input,
  }));
}

function sendEvents(response: ServerResponse, step: Step): void {
  const { content, stop_reason, ...message } = whole(step);
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const send = (type: string, more: object) =>
    response.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...more })}\n\n`);
  send('message_start', { message: { ...message, content: [], stop_reason: null } });
  content.forEach((block, index) => {
    const isTool = 'input' in block;
    const empty = isTool ? { ...block, input: {} } : { ...block, text: '' };
    send('content_block_start', { index, content_block: empty });
    const delta = isTool
      ? { type: 'input_json_delta', partial_json: JSON.stringify(block.input) }
      : { type: 'text_delta', text: block.text };
    send('content_block_delta', { index, delta });
    send('content_block_stop', { index });
  });
  send('message_delta', { delta: { stop_reason, stop_sequence: null }, usage });
  send('message_stop', {});
  response.end();
}
