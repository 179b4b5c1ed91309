import { CommError, type ErrorDetails } from '../errors.ts';

/** A tracker refused, hung, or answered something that it was not asked. */
export class TrackerError extends CommError {
  constructor(message: string, details: ErrorDetails & { code?: string } = {}) {
    super(details.code ?? 'tracker', message, details);
  }
}
