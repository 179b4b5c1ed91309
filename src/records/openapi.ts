import { parse } from 'yaml';
import { leadsSomewhere, references } from './local-reference.ts';
import { oneLine } from './visible.ts';

/** An OpenAPI document that was looked at, or what is wrong with it, as a sentence. */
export type OpenapiLook =
  | { readonly document: Readonly<Record<string, unknown>> }
  | { readonly fault: string };

/**
 * Reads an OpenAPI 3 document, JSON or YAML. It must be whole: a `$ref` to another file or address
 * is a fault, because nothing but the document itself is published, and nobody is to fetch what a
 * document names.
 */
export function readOpenapi(text: string): OpenapiLook {
  let document: unknown;
  try {
    document = /^\s*\{/.test(text) ? JSON.parse(text) : parse(text, { maxAliasCount: 100 });
  } catch (error) {
    const why = error instanceof Error ? error.message.split('\n', 1)[0] : String(error);
    return { fault: `it is neither JSON nor YAML: ${oneLine(why ?? '', 160)}` };
  }
  if (!isTable(document)) return { fault: 'it is no table with "openapi", "info" and "paths"' };
  const { openapi, info, paths, components, webhooks } = document;
  if (typeof openapi !== 'string' || !/^3\.\d+(?:\.\d+)?/.test(openapi)) {
    const found = openapi === undefined ? 'nothing' : oneLine(JSON.stringify(openapi), 40);
    return { fault: `it does not say "openapi: 3.…" (found ${found})` };
  }
  if (!isTable(info) || typeof info['title'] !== 'string')
    return { fault: 'info.title is missing' };
  if (![paths, components, webhooks].some(isTable)) {
    return { fault: 'it has no paths, components or webhooks' };
  }
  const fault = refFault(document);
  return fault === undefined ? { document } : { fault };
}

function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The first `$ref` that leads out of the document, or nowhere in it. */
function refFault(document: Record<string, unknown>): string | undefined {
  for (const ref of references(document)) {
    if (!ref.startsWith('#/')) return `$ref "${oneLine(ref, 80)}" leads out of the document`;
    if (!leadsSomewhere(document, ref)) return `$ref "${oneLine(ref, 80)}" leads nowhere`;
  }
  return undefined;
}
