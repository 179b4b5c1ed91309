import { killStorms } from './kill-storm.ts';

killStorms('a mirror of file://', 0.15, (path) => `file://${path}`);
