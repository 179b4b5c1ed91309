const UNITS = ['B', 'KB', 'MB', 'GB'] as const;
const SIZE = /^(\d{1,12})\s?(B|KB|MB|GB)?$/i;

/** Reads `10MB`, `512 KB`, `4096`: whole numbers, a thousand from unit to unit. Undefined if it is none. */
export function parseSize(text: string): number | undefined {
  const [, count, unit = 'B'] = SIZE.exec(text.trim()) ?? [];
  if (count === undefined) return undefined;
  const power = UNITS.indexOf(unit.toUpperCase() as (typeof UNITS)[number]);
  return Number(count) * 1000 ** power;
}

/** A number of bytes for people, with one digit after the point: `4.2 KB`, `17 B`. */
export function formatSize(bytes: number): string {
  const power = Math.min(3, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)));
  const count = bytes / 1000 ** power;
  return `${power === 0 ? count : count.toFixed(1)} ${UNITS[power]}`;
}
