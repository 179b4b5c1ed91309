import { killStorms } from './kill-storm.ts';

killStorms('a path hub', 0.95, (path) => path);
