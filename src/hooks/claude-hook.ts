import { GO_ON, type HookAnswer, type HookCall } from './call.ts';

export async function claudeHook(_call: HookCall): Promise<HookAnswer> {
  return GO_ON;
}
