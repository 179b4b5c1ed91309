import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { candidates } from '../../src/commands/candidates.ts';
import { catalogue, GROUPS } from '../../src/commands/catalogue.ts';
import type { Entry } from '../../src/commands/command.ts';
import { chooseVerb, topic } from '../../src/commands/verb-choice.ts';

function entry(name: string, ...aliases: string[]): Entry {
  return {
    name,
    aliases,
    summary: '',
    group: 'g',
    load: async () => ({
      name,
      summary: '',
      positionals: [{ name: 'kind', summary: '', choices: ['one', 'two'] }],
      options: { tier: { type: 'text', summary: '', choices: ['signal', 'detailed'] } },
      examples: [],
      run: async () => ({ ok: true, data: undefined }),
      render: () => '',
    }),
  };
}

const verbs = [
  entry('lock', 'reserve'),
  entry('locks'),
  entry('budget show'),
  entry('budget grant'),
  entry('send'),
];

describe('choosing the verb', () => {
  const chosen: [string[], string | undefined, string[]][] = [
    [['lock', 'a'], 'lock', ['a']],
    [['reserve', 'a'], 'lock', ['a']],
    [['-C', 'lock', '--json', 'send', 'x'], 'send', ['-C', 'lock', '--json', 'x']],
    [['--agent=lock', 'send'], 'send', ['--agent=lock']],
    [['budget', 'show', '7'], 'budget show', ['7']],
    [['budget', '--json', 'show'], 'budget show', ['--json']],
    [['budget', '--agent', 'show', 'grant'], 'budget grant', ['--agent', 'show']],
    [['--json'], undefined, ['--json']],
    [['--', 'send'], undefined, ['--', 'send']],
  ];
  for (const [argv, name, rest] of chosen) {
    test(JSON.stringify(argv), () => {
      const choice = chooseVerb(argv, verbs);
      assert.equal(choice.entry?.name, name);
      assert.deepEqual(choice.rest, rest);
    });
  }

  const unknown: [string[], RegExp, RegExp][] = [
    [['lokc'], /no verb "lokc"/, /"comm-node lock"/],
    [['budgt', 'show'], /no verb "budgt"/, /"comm-node budget"/],
    [['budget'], /"budget" needs one more word: show, grant/, /budget show --help/],
    [['budget', 'shwo'], /no verb "budget shwo"/, /"comm-node budget show"/],
    [['xyzzy'], /no verb "xyzzy"/, /comm-node help/],
  ];
  for (const [argv, message, hint] of unknown) {
    test(`refused: ${argv.join(' ')}`, () => {
      assert.throws(() => chooseVerb(argv, verbs), { name: 'UsageError', message, hint });
    });
  }

  test('what --help is about', () => {
    assert.deepEqual(topic(['budget', 'show', '--help'], verbs), ['budget', 'show']);
    assert.deepEqual(topic(['send', 'bob', '--help'], verbs), ['send']);
    assert.deepEqual(topic(['budget', '--help'], verbs), ['budget']);
    assert.deepEqual(topic(['--help'], verbs), []);
  });
});

describe('completion', () => {
  const cases: [string[], string[]][] = [
    [['l'], ['lock', 'locks']],
    [['bud'], ['budget']],
    [
      ['budget', ''],
      ['show', 'grant'],
    ],
    [
      ['lock', ''],
      ['one', 'two'],
    ],
    [['budget', 'show', 't'], ['two']],
    [['send', '--t'], ['--tier']],
    [['send', '--tier', 'd'], ['detailed']],
    [['--js'], ['--json']],
    [['send', 'one', 't'], []],
  ];
  for (const [typed, expected] of cases) {
    test(typed.join(' '), async () => assert.deepEqual(await candidates(typed, verbs), expected));
  }
});

describe('the catalogue', () => {
  const names = catalogue.flatMap(({ name, aliases = [] }) => [name, ...aliases]);

  test('no name twice, and no verb that is also a group', () => {
    assert.equal(new Set(names).size, names.length);
    const groups = new Set(
      names.filter((name) => name.includes(' ')).map((name) => name.split(' ')[0]),
    );
    assert.deepEqual(
      names.filter((name) => groups.has(name)),
      [],
    );
  });

  test('groups stand together, in order', () => {
    const order = catalogue.map(({ group }) => GROUPS.indexOf(group));
    assert.deepEqual(
      order,
      order.toSorted((a, b) => a - b),
    );
  });

  for (const { name, summary, load } of catalogue) {
    test(`${name} is what the catalogue says, and has an example`, async () => {
      const command = await load();
      assert.equal(command.name, name);
      assert.equal(command.summary, summary);
      assert.ok(command.examples.length > 0);
      for (const { line } of command.examples) assert.ok(line.includes(`comm-node ${name}`), line);
      const letters = Object.keys(command.options).flatMap(
        (key) => command.options[key]?.alias ?? [],
      );
      assert.deepEqual(
        letters.filter((letter) => ['q', 'h', 'v', 'C'].includes(letter)),
        [],
      );
    });
  }
});
