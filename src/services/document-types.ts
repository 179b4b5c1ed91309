import { basename, resolve } from 'node:path';
import { CommError, UsageError } from '../errors.ts';
import { readOpenapi } from '../records/openapi.ts';
import { readContent } from '../sources/content-file.ts';
import { openapiTypes } from '../sources/openapi-types.ts';

/** A document of more bytes than this is not made into types. */
const MOST = 10_000_000;

/**
 * The types of TypeScript for the OpenAPI 3 document in a file. How long that takes depends on the
 * document: whoever has it from others runs this in a process that can be ended.
 * @throws CommError `adapter-failed` when it is no such document; UsageError when there is no file
 */
export async function documentTypes(cwd: string, file: string): Promise<string> {
  const path = resolve(cwd, file);
  const content = readContent(path, MOST);
  if (!('data' in content)) {
    throw new UsageError(`${path} has ${content.bytes} bytes, and at most ${MOST} are read`);
  }
  const source = basename(path);
  const look = readOpenapi(content.data.toString('utf8'));
  if ('document' in look) return openapiTypes(look.document, source);
  throw new CommError('adapter-failed', `${source} is no OpenAPI 3 document: ${look.fault}`, {
    hint: 'mend the document, or publish it without types: --no-adapters',
    data: { source, fault: look.fault },
  });
}
