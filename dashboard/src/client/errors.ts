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
    const followed = [...this.followed].filter(({ slug }) => isAbout(slug ?? "", error));
    for (const place of followed) this.#aboutFollowed(place, error);
    const asked = this.questions.open.filter(({ text }) => isAbout(text, error));
    for (const place of asked) this.#aboutAsked(place, error, followed.length === 0);
  }

  #aboutFollowed(place: Place, error: ErrorMessage): void {
    if (error.code === "not_kept") return place.history.lost();
    if (error.code === "not_subscribed") return this.consequences.forgotten(place);
    const isAskedAgain = NOT_NOW.has(error.code) && place.history.askLater(waitOf(error));
    if (!isAskedAgain) place.denied(problemOf(error));
  }

  /** Unless `isAnswer`, it may as well be about the same place in another spelling, which is followed already. */
  #aboutAsked(place: Place, error: ErrorMessage, isAnswer: boolean): void {
    if (NOT_NOW.has(error.code)) return this.questions.later(place, waitOf(error));
    if (!isAnswer || error.code === "not_subscribed") return;
    this.questions.end(place);
    this.consequences.refused(place, error);
  }
}
