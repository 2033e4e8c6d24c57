/** When something has to be made, as people in a workshop say it: in its time zone, or this device's if it says none. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { say } from "./words.js";

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const WEEK_DAYS = 7;

/** The zone of the workshop; undefined for this device's. */
let timeZone: string | undefined;

/** Says in which zone the workshop is, "" for none. One that this browser does not know is this device's. */
export function workIn(zone: string): void {
  try {
    timeZone = zone ? new Intl.DateTimeFormat(undefined, { timeZone: zone }).resolvedOptions().timeZone : undefined;
  } catch {
    timeZone = undefined;
  }
}

export type Span = "any" | "late" | "today" | "week";

/** Whether a time is within a span from now on; what is late is in every one. */
export function within(time: string | undefined, span: Span, now = new Date()): boolean {
  if (span === "any") return true;
  if (!time) return false;
  const at = new Date(time);
  if (span === "late") return at < now;
  return days(at, now) < (span === "today" ? 1 : WEEK_DAYS);
}

/** A due date. over: whether it does not matter any more. */
export function dueOf(time: string | undefined, over: boolean, now = new Date()): TemplateResult | typeof nothing {
  if (!time) return nothing;
  const at = new Date(time);
  const late = !over && at < now;
  const soon = !over && !late && days(at, now) < 1;
  return html`<time class="due ${late ? "late" : soon ? "soon" : ""}" datetime=${time}>${late ? say("lateBy", { span: span(now.getTime() - at.getTime()) }) : said(at, now)}</time>`;
}

function said(at: Date, now: Date): string {
  const clock = at.toLocaleTimeString(undefined, { hour: "numeric", minute: "2-digit", timeZone });
  const ahead = days(at, now);
  if (ahead === 0) return say("dueToday", { clock });
  if (ahead === 1) return say("dueTomorrow", { clock });
  const near = ahead > 0 && ahead < WEEK_DAYS;
  const day = at.toLocaleDateString(undefined, near ? { weekday: "short", timeZone } : { day: "numeric", month: "short", timeZone });
  return near ? say("dueOn", { day, clock }) : day;
}

/** Nights between two times, by the calendar of the workshop. */
function days(at: Date, now: Date): number {
  const day = (time: Date) => Math.floor(wall(time) / DAY_MS);
  return day(at) - day(now);
}

/** What clocks of the workshop show, as if they showed UTC: milliseconds, to the minute. */
function wall(time: Date): number {
  if (!timeZone) return time.getTime() - time.getTimezoneOffset() * MINUTE_MS;
  const parts = new Intl.DateTimeFormat("en", { timeZone, hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric" }).formatToParts(time);
  const of = (type: string) => Number(parts.find((part) => part.type === type)!.value);
  return Date.UTC(of("year"), of("month") - 1, of("day"), of("hour"), of("minute"));
}

function span(ms: number): string {
  const hours = Math.floor(ms / HOUR_MS);
  if (hours < 1) return say("minutes", { count: Math.max(1, Math.floor(ms / MINUTE_MS)) });
  return hours < 48 ? say("hours", { count: hours }) : say("days", { count: Math.floor(hours / 24) });
}

/** A time that is past, as people write it. */
export function moment(time: string | undefined): string {
  return time ? new Date(time).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short", timeZone }) : "";
}

/** Who did something, short: "key dcjan7". */
export function whoOf(by: string | undefined): string {
  const [kind = "", id = ""] = (by ?? "").split(":");
  return `${kind} ${id.slice(0, 6)}`.trim();
}

/** A time as the field for dates and times has it: of the workshop, to the minute. */
export function fieldValue(time: string | undefined): string {
  return time ? new Date(wall(new Date(time))).toISOString().slice(0, 16) : "";
}

/** The time that the field for dates and times says: when clocks of the workshop show it. */
export function fieldTime(value: string): string {
  const shown = Date.parse(`${value}Z`);
  // The offset may be another one at the first guess, on days when clocks are changed.
  let at = shown;
  for (let look = 0; look < 2; look++) at = shown - (wall(new Date(at)) - at);
  return new Date(at).toISOString();
}
