// The entries before the first on the screen. A page opens with the newest ones; earlier ones come a page at a time, when
// somebody scrolls up to them, presses "Earlier entries" or follows a link to one. What is being read stays where it is.

const MARK = /^#entry-(\d{1,9})$/;

/** How far above the first entry somebody may read before the earlier ones are asked for. */
const AHEAD = "400px 0px 0px";

export class LogHistory {
  /** @type {Promise<boolean>|null} */
  #asked = null;
  #watch;

  /**
   * @param {HTMLElement} log
   * @param {(asked: string) => Promise<HTMLElement[]>} rows what the server has for this question, oldest first
   */
  constructor(log, rows) {
    this.log = log;
    this.rows = rows;
    this.list = /** @type {HTMLElement} */ (log.querySelector("[data-entries]"));
    this.scroller = /** @type {HTMLElement} */ (log.querySelector(".log-scroll"));
    this.button = /** @type {HTMLButtonElement|null} */ (log.querySelector("[data-earlier]"));
    /** The lowest number that this screen is meant to have. */
    this.first = Number(/** @type {HTMLElement|null} */ (this.list.querySelector("[data-seq]"))?.dataset.seq ?? 1);
    this.#watch = new IntersectionObserver((seen) => {
      if (seen.some((one) => one.isIntersecting) && this.#scrolls()) void this.page();
    }, { root: this.scroller, rootMargin: AHEAD });
  }

  /** Begins to listen; the log is at its foot by now. */
  start() {
    if (!this.button) return;
    this.button.addEventListener("click", () => void this.page().then((came) => came || this.#say()));
    this.#watch.observe(this.button);
    this.list.addEventListener("click", (event) => {
      const link = event.target instanceof Element ? event.target.closest('a[href^="#entry-"]') : null;
      const seq = Number(MARK.exec(link?.getAttribute("href") ?? "")?.[1] ?? 0);
      if (!this.#away(seq)) return;
      event.preventDefault();
      void this.#goTo(seq);
    });
    const seq = Number(MARK.exec(location.hash)?.[1] ?? 0);
    if (this.#away(seq)) void this.#goTo(seq);
  }

  stop() {
    this.#watch.disconnect();
  }

  /** The page of entries before the first, above it. @returns {Promise<boolean>} whether entries came */
  page() {
    this.#asked ??= this.#read().finally(() => (this.#asked = null));
    return this.#asked;
  }

  async #read() {
    if (this.first <= 1) return false;
    this.button?.classList.add("pending");
    const rows = await this.rows(`before=${this.first}`).catch(() => []);
    this.button?.classList.remove("pending");
    if (!rows.length) return false;
    const below = this.scroller.scrollHeight - this.scroller.scrollTop;
    this.list.prepend(...rows);
    this.first = Number(rows[0].dataset.seq);
    if (this.button) this.button.hidden = this.first <= 1;
    if (this.button?.hidden && document.activeElement === document.body) this.scroller.focus({ preventScroll: true });
    this.scroller.scrollTop = this.scroller.scrollHeight - below;
    return true;
  }

  /** On a phone the page scrolls and not the log: there earlier entries come by the button alone, or the page would jump. */
  #scrolls() {
    return getComputedStyle(this.scroller).overflowY !== "visible";
  }

  /** @param {number} seq whether it is one of the entries that are not here yet */
  #away(seq) {
    return seq > 0 && seq < this.first;
  }

  /** @param {number} seq */
  async #goTo(seq) {
    while (this.#away(seq)) if (!(await this.page())) return this.#say();
    location.replace(`#entry-${seq}`); // also when the address says so already: only now is there such an entry
  }

  #say() {
    dispatchEvent(new CustomEvent("sightline:refused", { detail: { words: "No connection: the earlier entries did not come. Press it again." } }));
  }
}
