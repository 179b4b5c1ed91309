/** Below this the bytes saved are not worth a chain. */
const SMALLEST = 256;

/**
 * Git's delta from one version to the next when they share a long beginning and end, as two versions of a directory
 * do: copy, insert, copy. Undefined when that would not save at least half.
 */
export function spliceDelta(base: Buffer, target: Buffer): Buffer | undefined {
  if (target.length < SMALLEST || base.length < SMALLEST) return undefined;
  const head = sharedHead(base, target);
  const tail = sharedTail(base, target, head);
  const fresh = target.subarray(head, target.length - tail);
  if (fresh.length * 2 > target.length) return undefined;
  return Buffer.concat([
    lengthBytes(base.length),
    lengthBytes(target.length),
    ...copy(0, head),
    ...insert(fresh),
    ...copy(base.length - tail, tail),
  ]);
}

function sharedHead(a: Buffer, b: Buffer): number {
  const limit = Math.min(a.length, b.length);
  let at = 0;
  while (at < limit && a[at] === b[at]) at++;
  return at;
}

function sharedTail(a: Buffer, b: Buffer, head: number): number {
  const limit = Math.min(a.length, b.length) - head;
  let count = 0;
  while (count < limit && a[a.length - 1 - count] === b[b.length - 1 - count]) count++;
  return count;
}

/** A number, seven bits a byte, the lowest first. */
function lengthBytes(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80);
  return Buffer.from([...bytes, rest]);
}

// One copy instruction reaches 64 KiB (Git's own writer stops there too) at an offset below 4 GiB.
function copy(from: number, length: number): Buffer[] {
  const parts: Buffer[] = [];
  for (let done = 0; done < length; done += 0x10000) {
    parts.push(copyOnce(from + done, Math.min(0x10000, length - done)));
  }
  return parts;
}

function copyOnce(from: number, length: number): Buffer {
  const bytes = [0x80];
  const size = length === 0x10000 ? 0 : length;
  const fields = [from, from >>> 8, from >>> 16, from >>> 24, size, size >>> 8];
  fields.forEach((field, bit) => {
    if ((field & 0xff) === 0) return;
    bytes[0] = (bytes[0] ?? 0) | (1 << bit);
    bytes.push(field & 0xff);
  });
  return Buffer.from(bytes);
}

function insert(data: Buffer): Buffer[] {
  const parts: Buffer[] = [];
  for (let at = 0; at < data.length; at += 127) {
    const piece = data.subarray(at, at + 127);
    parts.push(Buffer.from([piece.length]), piece);
  }
  return parts;
}
