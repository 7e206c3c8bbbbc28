import { isAbout, problemOf, waitOf } from "./messages.js";
import type { Place } from "./place.js";
import type { Questions } from "./questions.js";
import type { ErrorMessage } from "./types.js";

const NOT_NOW = new Set<ErrorMessage["code"]>(["rate_limited", "temporarily_unavailable"]);

export interface Consequences {
  /** The server will not subscribe to the place. */
  refused(place: Place, error: ErrorMessage): void;
  /** The server does not follow the place any more. */
  forgotten(place: Place): void;
}

/** Which places an error of the server is about, and what follows from it. */
export class Errors {
  /** `followed` are those that the socket is subscribed to. */
  constructor(
    private readonly questions: Questions,
    private readonly followed: ReadonlySet<Place>,
    private readonly consequences: Consequences,
  ) {}

  hear(error: ErrorMessage): void {
    if (error.location === undefined) return this.#unnamed(error);
    const { asked } = this.questions;
    const followed = [...this.followed].filter(({ slug }) => isAbout(slug ?? "", error));
    for (const place of followed) this.#aboutFollowed(place, error);
    if (asked !== null && isAbout(asked.text, error)) this.#aboutAsked(asked, error, followed.length === 0);
  }

  /** The message that was one too many may not even have been read: it may be any that has no answer yet. */
  #unnamed(error: ErrorMessage): void {
    if (error.code !== "rate_limited") return;
    this.questions.later(waitOf(error), false);
    for (const place of this.followed) place.history.askLater(waitOf(error));
  }

  #aboutFollowed(place: Place, error: ErrorMessage): void {
    if (error.code === "not_kept") return place.history.lost();
    if (error.code === "not_subscribed") return this.consequences.forgotten(place);
    const isAskedAgain = NOT_NOW.has(error.code) && place.history.askLater(waitOf(error));
    if (!isAskedAgain) place.denied(problemOf(error));
  }

  /** Unless `isAnswer`, it may as well be about the same place in another spelling, which is followed already. */
  #aboutAsked(place: Place, error: ErrorMessage, isAnswer: boolean): void {
    if (NOT_NOW.has(error.code)) return this.questions.later(waitOf(error), isAnswer);
    if (!isAnswer || error.code === "not_subscribed") return;
    this.questions.refused();
    this.consequences.refused(place, error);
  }
}
