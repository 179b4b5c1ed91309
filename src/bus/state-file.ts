/**
 * What a file of ours beside the hub holds; undefined when it is damaged or of
 * another shape: such a file is passed over, and never stops a command.
 */
export function parseStateFile<T>(
  data: Buffer | undefined,
  isRight: (value: Partial<T>) => boolean,
): T | undefined {
  if (!data) return undefined;
  try {
    const value: unknown = JSON.parse(data.toString('utf8'));
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject && isRight(value as Partial<T>) ? (value as T) : undefined;
  } catch {
    return undefined;
  }
}
