import { CommError } from '../errors.ts';

/** @throws CommError `adapter-failed` */
export async function openapiTypes(
  _text: string,
  _source: string,
  _timeoutMs: number,
): Promise<string> {
  throw new CommError('adapter-failed', 'not yet');
}
