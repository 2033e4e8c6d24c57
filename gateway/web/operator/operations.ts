/** Follows long-running operations to their end. */

import type { Api } from "../widget/api.js";
import type { Operation } from "../widget/messages.js";
import { say } from "./words.js";

/** Returns the name of what an operation made. progress: called with each state on the way. */
export async function finished(api: Api, operation: Operation, progress?: (state: Operation) => void): Promise<string> {
  let state = operation;
  if (!state.done && progress) {
    try {
      for await (const event of api.events<{ operation: Operation }>(`/v1/${operation.name}:watch`)) {
        state = event.operation;
        progress(state);
      }
    } catch {
      // The stream was cut off; waiting says what became of it.
    }
  }
  while (!state.done) state = await api.get<Operation>(`/v1/${operation.name}:wait`);
  if (!state.response) throw new Error(state.error?.message || say("failed"));
  return state.response.name;
}
