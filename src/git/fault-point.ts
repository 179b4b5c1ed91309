/**
 * A place at which a test may end this process as a power cut would: `COMM_NODE_FAULT_POINT` names
 * it. Nobody else sets that variable.
 */
export function faultPoint(name: string): void {
  if (process.env['COMM_NODE_FAULT_POINT'] === name) process.kill(process.pid, 'SIGKILL');
}
