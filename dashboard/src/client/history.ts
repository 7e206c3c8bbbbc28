import type { Cursor, Update } from "./messages.js";

/** Gets every snapshot of a place once, in order; `isAfterGap`: what came before it cannot be had any more. */
export type EveryListener = (update: Update, isAfterGap: boolean) => void;

/** Every snapshot for those who want every one: finds gaps, and has them filled. */
export class History {
  readonly listeners = new Set<EveryListener>();
  #last: Cursor | null = null;
  #isAsking = false;
  #again: ReturnType<typeof setTimeout> | undefined;
  readonly #ask: (since: Cursor) => boolean;

  /** `ask` sends for what was missed, and says whether it could. */
  constructor(ask: (since: Cursor) => boolean) {
    this.#ask = ask;
  }

  /** News: the next in the row, or the sign of a gap. */
  hear(update: Update): void {
    if (this.listeners.size === 0) this.#last = null;
    else if (this.#last?.epoch !== update.epoch) this.#deliver(update, this.#last !== null);
    else if (update.seq <= this.#last.seq + 1) this.#next(update);
    else this.stands(update);
  }

  /** The stream is at `newest`, whether or not that came here. */
  stands(newest: Cursor): void {
    if (this.#last === null || this.#isAsking) return;
    if (newest.epoch === this.#last.epoch && newest.seq > this.#last.seq) this.#isAsking = this.#ask(this.#last);
  }

  /** One of those that were asked for. */
  missed(update: Update): void {
    if (update.epoch === this.#last?.epoch) this.#next(update);
  }

  /** The answer is complete; what was published meanwhile is asked for as well. */
  filled(newest: Cursor | null): void {
    this.#endAsking();
    if (newest !== null) this.stands(newest);
  }

  /** Nobody has it any more: the newest, which follows, is after a gap. */
  lost(): void {
    this.#endAsking();
    if (this.#last !== null) this.#last = { epoch: "", seq: 0 };
  }

  /** Whoever was asked is gone. */
  disconnected(): void {
    this.#endAsking();
  }

  /** Whoever was asked had no time for it. The answer says whether anybody was asked. */
  askLater(seconds: number): boolean {
    clearTimeout(this.#again);
    if (this.#isAsking) this.#again = setTimeout(() => this.#askAgain(), 1000 * seconds * (1 + Math.random()));
    return this.#isAsking;
  }

  #askAgain(): void {
    this.#isAsking = this.#last !== null && this.#ask(this.#last);
  }

  #endAsking(): void {
    clearTimeout(this.#again);
    this.#isAsking = false;
  }

  #next(update: Update): void {
    if (update.seq === (this.#last?.seq ?? 0) + 1) this.#deliver(update, false);
  }

  #deliver(update: Update, isAfterGap: boolean): void {
    this.#last = { epoch: update.epoch, seq: update.seq };
    for (const listener of [...this.listeners]) listener(update, isAfterGap);
  }
}
