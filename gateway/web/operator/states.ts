/** Where work orders may go from where they stand, as the manufacturing service has it. */

import type { OrderState, WorkOrder, WorkOrderState } from "../api/types.js";
import { say } from "./words.js";

export type Work = WorkOrder & { state: WorkOrderState };
/** A state without its prefix. */
export type State = "QUEUED" | "IN_PRODUCTION" | "QUALITY_CHECK" | "DONE" | "REJECTED" | "REMADE" | "CANCELLED";

const PREFIX = "WORK_ORDER_STATE_";

/** The next steps, the usual one first. Only an order is cancelled, and its work orders with it. */
export const NEXT: Record<State, State[]> = {
  QUEUED: ["IN_PRODUCTION"],
  IN_PRODUCTION: ["QUALITY_CHECK", "REJECTED", "QUEUED"],
  QUALITY_CHECK: ["DONE", "REJECTED", "IN_PRODUCTION"],
  DONE: ["REMADE"],
  REJECTED: ["REMADE"],
  REMADE: [],
  CANCELLED: [],
};

/** States of what somebody has to do something about. */
export const OPEN: State[] = ["QUEUED", "IN_PRODUCTION", "QUALITY_CHECK", "REJECTED"];
const MADE: State[] = ["DONE", "REMADE", "CANCELLED"];

export function stateOf(work: { state?: WorkOrderState }): State {
  return (work.state ?? `${PREFIX}QUEUED`).slice(PREFIX.length) as State;
}

export function full(state: State): WorkOrderState {
  return `${PREFIX}${state}` as WorkOrderState;
}

/** What people call a state. */
export function named(state: State): string {
  return say(`state${state}`);
}

/** What the button says that moves from one state to another. */
export function stepNamed(from: State, to: State): string {
  if (to === "QUEUED" || (from === "QUALITY_CHECK" && to === "IN_PRODUCTION")) return say(to === "QUEUED" ? "backToQueue" : "backToWork");
  return say(`to${to as Exclude<State, "QUEUED" | "CANCELLED">}`);
}

/** What people call the state of an order. */
export function orderNamed(state: OrderState | undefined): string {
  const words = (state ?? "ORDER_STATE_PENDING").slice("ORDER_STATE_".length).toLowerCase().replace("_", " ");
  return words[0]!.toUpperCase() + words.slice(1);
}

export function isOver(work: { state?: WorkOrderState }): boolean {
  return MADE.includes(stateOf(work));
}
