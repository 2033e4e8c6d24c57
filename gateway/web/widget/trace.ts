/** Where a trace begins: ids of W3C Trace Context, made by chance. They name no person, no visit and no page. */

/** Returns so many random bytes in hexadecimal. `randomUUID` is missing on pages without TLS. */
export function random(bytes: number): string {
  return [...crypto.getRandomValues(new Uint8Array(bytes))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The header of one call. Calls that belong together share a trace; only a page that asks for it has its traces recorded in any case. */
export function traceparent(recorded: boolean, trace = random(16)): string {
  return `00-${trace}-${random(8)}-0${Number(recorded)}`;
}
