import { drawn } from "./badge_content.js";
import { STYLE } from "./badge_style.js";
import { sharedClient } from "./shared.js";
import type { PlaceState } from "./state.js";

/** The server that this file came from, if a plain script tag brought it. */
const ORIGIN = originOf(globalThis.document?.currentScript);

/** Where there is no page, as on a server that renders one, there is no element either. */
const Base = globalThis.HTMLElement ?? class {};

/** `<aqi-badge location="delhi">`: the air of a place, live, on any page. */
export class AqiBadge extends Base {
  static readonly observedAttributes = ["location", "server"];
  #stop = (): void => {};

  connectedCallback(): void {
    this.#follow();
  }

  disconnectedCallback(): void {
    this.#stop();
  }

  attributeChangedCallback(): void {
    if (this.isConnected) this.#follow();
  }

  #follow(): void {
    this.#stop();
    const location = this.getAttribute("location") ?? "";
    const server = this.getAttribute("server") ?? ORIGIN ?? globalThis.location.origin;
    this.#stop = sharedClient(server).follow(location, (state) => this.#draw(drawn(location, server, state), state));
  }

  /** A sheet made by script is allowed by every content security policy, a <style> is not. */
  #attach(): ShadowRoot {
    const root = this.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    root.adoptedStyleSheets = [sheet];
    return root;
  }

  #draw(content: Element, state: PlaceState): void {
    this.dataset["status"] = state.status ?? state.connection;
    const root = this.shadowRoot ?? this.#attach();
    const old = root.querySelector(".badge");
    if (old === null || old.className !== content.className) root.replaceChildren(content);
    else replaceChanged(old, content);
  }
}

/** Only what differs, so that a link that somebody is about to follow stays where it is. */
function replaceChanged(old: Element, drawn: Element): void {
  const [before, after] = [[...old.childNodes], [...drawn.childNodes]];
  if (before.length !== after.length) old.replaceChildren(...after);
  else before.forEach((node, index) => node.isEqualNode(after[index]!) || node.replaceWith(after[index]!));
}

if (globalThis.customElements?.get("aqi-badge") === undefined) globalThis.customElements?.define("aqi-badge", AqiBadge);

function originOf(script: unknown): string | null {
  return script instanceof Object && "src" in script ? new URL(String(script.src)).origin : null;
}
