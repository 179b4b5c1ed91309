import { killStorms } from './kill-storm.ts';

killStorms('a mirror of file://', 0.05, (path) => `file://${path}`);
