/**
 * Ends this process here, as a power cut would, if a test asks for it: `COMM_NODE_FAULT` names the
 * place. What must survive that is tried by killing it there.
 */
export function faultPoint(place: string): void {
  if (process.env['COMM_NODE_FAULT'] === place) process.kill(process.pid, 'SIGKILL');
}
