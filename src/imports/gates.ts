import { scanGo } from './go.ts';
import type { Gate } from './import.ts';
import type { Language } from './languages.ts';
import { scanPython } from './python.ts';
import { scanRust } from './rust.ts';
import { scanScript } from './script-gate.ts';

/** The gate of each language. */
export const gates: Readonly<Record<Language, Gate>> = {
  script: scanScript,
  python: scanPython,
  rust: scanRust,
  go: scanGo,
};
