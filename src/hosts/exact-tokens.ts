import { createRequire } from 'node:module';
import { ConfigError } from '../errors.ts';

/** A real tokenizer. */
export interface ExactCounter {
  /** Of which models it is. */
  readonly name: string;
  count(text: string): number;
}

interface Loaded {
  readonly default: new (encoding: unknown) => { count(text: string): number };
}

/**
 * Loads the tokenizer of Claude's models before the newest: 31 MB that comm-node does not bring
 * along, since no decision may depend on who has it. It is looked for where comm-node is installed,
 * never in the folder that is worked in.
 * @throws ConfigError `tokenizer-missing`
 */
export function loadExactCounter(): ExactCounter {
  const require = createRequire(import.meta.url);
  try {
    const { default: Tokenizer } = require('ai-tokenizer') as Loaded;
    const tokenizer = new Tokenizer(require('ai-tokenizer/encoding/claude'));
    return {
      name: 'ai-tokenizer, Claude before Opus 4.7',
      count: (text) => tokenizer.count(text),
    };
  } catch (error) {
    throw new ConfigError('an exact count needs the package ai-tokenizer, which is not installed', {
      code: 'tokenizer-missing',
      hint: 'npm install -g ai-tokenizer, or beside comm-node where that is installed in a project',
      cause: error,
    });
  }
}
