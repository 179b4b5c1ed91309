import { CommError } from '../errors.ts';

/**
 * The types of TypeScript for an OpenAPI 3 document that was read and has no reference out of
 * itself. Of the library only what turns a document into types is used: not what fetches.
 * @param source named in the first line
 * @throws CommError `adapter-failed`
 */
export async function openapiTypes(
  document: Readonly<Record<string, unknown>>,
  source: string,
): Promise<string> {
  const [{ default: transform }, { resolveRef, scanDiscriminators }, { astToString }] =
    await Promise.all([
      import('openapi-typescript/dist/transform/index.mjs'),
      import('openapi-typescript/dist/lib/utils.mjs'),
      import('openapi-typescript/dist/lib/ts.mjs'),
    ]);
  const options = { silent: true };
  try {
    const context = {
      ...options,
      defaultNonNullable: true,
      discriminators: scanDiscriminators(document, options),
      injectFooter: [],
      resolve: (ref: string) => resolveRef(document, ref, options),
    };
    const text = astToString(transform(document, context));
    return `// Made from ${source} by openapi-typescript. Do not edit.\n${text}`;
  } catch (cause) {
    const why = cause instanceof Error ? (cause.message.split('\n', 1)[0] ?? '') : String(cause);
    throw new CommError('adapter-failed', `${source} cannot be made into types: ${why}`, {
      hint: 'nothing was published; mend the document, or publish without: --no-adapters',
      cause,
    });
  }
}
