// Four kinds of agents work on tasks through the real decisions: claim, talk, ask for more, done.
// Usage: npm run bench -- budgets [TASKS]
import { simulate } from '../test/budgets/simulation.ts';

const tasks = Number(process.argv[2] ?? 1000);
const rows = simulate(tasks).map(
  ({ kind, efficiency, success, calibration, given, spent, least, refused, waited }) =>
    `| ${kind} | ${efficiency} | ${success} | ${calibration} | ${given} | ${spent} | ${least} | ${refused} | ${waited} |`,
);
console.log(
  [
    `| ${tasks} tasks each | efficiency at the end | success | calibration | given a task | spent a task | least given | messages held back a task | requests that waited |`,
    '|---|---|---|---|---|---|---|---|---|',
    ...rows,
  ].join('\n'),
);
