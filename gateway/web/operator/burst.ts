/** Tells a barcode scanner from a person: it types eight characters and Enter faster than anybody can. */

const GAP_MS = 60;
const LENGTH = 8;

type Field = HTMLInputElement | HTMLTextAreaElement;

export class Burst {
  private typed = "";
  private last = 0;
  /** The field that a scanner types into by mistake, and what was in it before. */
  private field: { at: Field; before: string } | undefined;

  constructor(private readonly scanned: (barcode: string) => void) {}

  /** Takes a key; returns whether it ended a scan, which then goes nowhere else. */
  heard(event: KeyboardEvent): boolean {
    const late = event.timeStamp - this.last > GAP_MS;
    this.last = event.timeStamp;
    if (event.key === "Enter") {
      const whole = !late && this.typed.length === LENGTH;
      if (whole) this.end(event);
      this.typed = "";
      return whole;
    }
    if (!/^[0-9A-Za-z]$/.test(event.key) || event.ctrlKey || event.metaKey || event.altKey) return false;
    if (late) this.begin(event.composedPath()[0]);
    this.typed += event.key;
    return false;
  }

  private begin(at: EventTarget | undefined): void {
    this.typed = "";
    const field = at instanceof HTMLInputElement || at instanceof HTMLTextAreaElement;
    this.field = field ? { at: at as Field, before: (at as Field).value } : undefined;
  }

  private end(event: KeyboardEvent): void {
    event.preventDefault();
    event.stopPropagation();
    const at = event.composedPath()[0] as Field;
    const before = this.field?.at === at ? this.field.before : "";
    if (at instanceof HTMLInputElement || at instanceof HTMLTextAreaElement) {
      at.value = before;
      at.dispatchEvent(new Event("input", { bubbles: true }));
    }
    this.scanned(this.typed);
  }
}
