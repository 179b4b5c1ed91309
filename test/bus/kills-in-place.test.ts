import { killStorms } from './kill-storm.ts';

killStorms('a path hub', 0.85, (path) => path);
