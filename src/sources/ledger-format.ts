import type { FileMemory } from '../boundaries/survey.ts';

/** The part of a ledger that is not a column. */
export interface LedgerHead {
  readonly id: string;
  /** By row: what the gate said of files that are not clean. */
  readonly notes: Record<string, FileMemory>;
  /** What depends on the basis alone. */
  readonly facts: Record<string, unknown>;
}

/** A ledger as it was written. */
export interface WrittenLedger {
  readonly head: LedgerHead;
  readonly marks: Uint8Array;
  readonly contents: Buffer;
}

/** One ledger as bytes: three lengths, the head as JSON, the basis, marks, names of contents. */
export function encodeLedger(
  head: LedgerHead,
  basis: Buffer,
  marks: Uint8Array,
  contents: Buffer,
): Buffer {
  const json = Buffer.from(JSON.stringify(head));
  const lengths = Buffer.alloc(12);
  lengths.writeUInt32LE(json.length, 0);
  lengths.writeUInt32LE(basis.length, 4);
  lengths.writeUInt32LE(marks.length, 8);
  return Buffer.concat([lengths, json, basis, marks, contents]);
}

/** Reads a ledger; undefined when it is damaged, or speaks of another basis. */
export function decodeLedger(
  data: Buffer,
  basis: Buffer,
  rows: number,
  width: number,
): WrittenLedger | undefined {
  try {
    const start = 12 + data.readUInt32LE(0);
    const end = start + data.readUInt32LE(4);
    if (data.readUInt32LE(8) !== rows || data.length !== end + rows * (1 + width)) return undefined;
    if (!data.subarray(start, end).equals(basis)) return undefined;
    return {
      head: JSON.parse(data.toString('utf8', 12, start)) as LedgerHead,
      marks: data.subarray(end, end + rows),
      contents: data.subarray(end + rows),
    };
  } catch {
    return undefined;
  }
}
