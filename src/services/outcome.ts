import type { Refusal } from '../records/request.ts';

/** Done, or an honest no. A failure is thrown. */
export type Outcome<Data> =
  | { readonly ok: true; readonly data: Data }
  | { readonly ok: false; readonly refusal: Refusal };

export function yes<Data>(data: Data): Outcome<Data> {
  return { ok: true, data };
}

export function no(refusal: Refusal): { readonly ok: false; readonly refusal: Refusal } {
  return { ok: false, refusal };
}
