/** The server's time, by what it last said of it: ages are true where the device's clock is not. */
export class ServerClock {
  #ahead = 0;

  set(serverTime: string | null | undefined): void {
    const time = Date.parse(serverTime ?? "");
    if (!Number.isNaN(time)) this.#ahead = time - Date.now();
  }

  now(): number {
    return Date.now() + this.#ahead;
  }
}
