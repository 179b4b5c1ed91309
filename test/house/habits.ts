/** Path from the root → text. */
export type Sources = ReadonlyMap<string, string>;

interface Habit {
  readonly what: string;
  readonly pattern: RegExp;
  /** Where it is allowed, or (with `only`) where alone it is forbidden. */
  readonly except?: RegExp;
  readonly only?: RegExp;
}

const DOOR = /^src\/(bin|cli|input|terminal)\.ts$/;
const PURE = /^src\/(records|boundaries|globs|imports)\//;

const HABITS: readonly Habit[] = [
  {
    what: 'ends the process',
    pattern: /\bprocess\.(exit|abort|kill)\b/,
    except: /^src\/(bin|cli|git\/.*|programs\/.*)\.ts$/,
  },
  { what: 'sets the exit code', pattern: /\bprocess\.exitCode\b/, except: /^src\/bin\.ts$/ },
  { what: 'prints', pattern: /\bconsole\.|\bprocess\.std(out|err|in)\b/, except: DOOR },
  { what: 'starts processes', pattern: /\bchild_process\b/, except: /^src\/(git|programs)\// },
  {
    what: 'asks the clock',
    pattern: /\bDate\.now\b|\bnew Date\(\)|\bDate\(\)|\bperformance\.now\b/,
    only: PURE,
  },
  {
    what: 'throws dice',
    pattern: /\bMath\.random\b|\brandomUUID\b|\bgetRandomValues\b/,
    only: PURE,
  },
  { what: 'reads the environment', pattern: /\bprocess\.(env|cwd|platform|argv)\b/, only: PURE },
];

const MAX_LINES = 250;

/** What no import shows: habits that belong to one room, sizes, and names that say nothing. */
export function badHabits(sources: Sources): string[] {
  return [...sources].flatMap(([file, source]) => [
    ...lineFaults(file, source),
    ...(source.split('\n').length - 1 > MAX_LINES ? [`${file}: more than ${MAX_LINES} lines`] : []),
    ...(/\/(utils?|helpers?|common|types|index)(\.ts|\/)/.test(file)
      ? [`${file}: says nothing`]
      : []),
  ]);
}

function lineFaults(file: string, source: string): string[] {
  const habits = HABITS.filter(
    ({ except, only }) => !except?.test(file) && (only === undefined || only.test(file)),
  );
  return source.split('\n').flatMap((line, index) => {
    if (/^\s*(\/\/|\/?\*)/.test(line)) return [];
    return habits
      .filter(({ pattern }) => pattern.test(line))
      .map(({ what }) => `${file}:${index + 1}: ${what}`);
  });
}
