// <call-pop data-url>: the call this person answered, in the top bar of every page. It appears without taking focus;
// Enter opens the form while nothing has focus, so that nobody's typing is ever interrupted.

import { answerOf, ask, elementsOf, live, untilAnswered, wordsOf } from "../page.js";

class CallPop extends HTMLElement {
  /** @type {(() => void)|null} */
  #leave = null;
  #until = untilAnswered(() => this.#fetch(), { always: true });

  connectedCallback() {
    this.#until.ask();
    this.#leave = live.subscribe(`person.${document.body.dataset.user}`, {
      event: (event) => {
        if (event.kind !== "call.changed") return;
        if (event.data.what !== "aml") this.#until.ask();
        document.body.dispatchEvent(new CustomEvent("call-changed", { detail: event.data }));
      },
      reload: () => this.#until.ask(),
    });
    document.addEventListener("keydown", this.#key);
    document.addEventListener("submit", this.#dismiss);
  }

  disconnectedCallback() {
    document.removeEventListener("submit", this.#dismiss);
    this.#leave?.();
    this.#until.stop();
    document.removeEventListener("keydown", this.#key);
  }

  async #fetch() {
    const answer = await answerOf(String(this.dataset.url));
    if (answer.ok && !answer.redirected) this.replaceChildren(...elementsOf(await answer.text()));
  }

  /** A call that rang off is dismissed where it stands: here, or on the supervisor's wall. @param {SubmitEvent} event */
  #dismiss = async (event) => {
    const form = /** @type {HTMLFormElement} */ (event.target);
    if (!form.matches("form[data-dismiss-call]")) return;
    event.preventDefault();
    const field = /** @type {HTMLInputElement} */ (form.querySelector("input[name=reason]"));
    let why = "";
    try {
      const answer = await ask(form.action, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" } });
      if (!answer.ok || answer.redirected) why = `Not dismissed. ${await wordsOf(answer)}`;
    } catch {
      why = "Not dismissed: no connection. Press Enter again.";
    }
    if (!why) {
      form.closest("li")?.remove();
      return this.#until.ask();
    }
    field.setCustomValidity(why);
    field.reportValidity();
    field.setCustomValidity("");
  };

  /** @param {KeyboardEvent} event */
  #key = (event) => {
    if (event.key !== "Enter" || event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || event.isComposing) return;
    const focus = document.activeElement;
    if (document.querySelector("dialog[open]") || (focus && focus !== document.body && focus.id !== "main")) return;
    const link = /** @type {HTMLAnchorElement|null} */ (this.querySelector("a:not([data-taken])"));
    if (!link || document.querySelector(`#intake input[name=call][value="${link.dataset.call}"]`)) return;
    event.preventDefault();
    link.click();
  };
}

customElements.define("call-pop", CallPop);

// The call tab: read when it opens and when another caller joins, but never over a form that somebody is filling in.
const view = document.getElementById("view-call");
function due() {
  if (view && !view.hidden && !view.querySelector("details[open]")) view.dispatchEvent(new CustomEvent("callers-due"));
}
view?.addEventListener("tab-shown", due);
document.body.addEventListener("live-call-changed", due);
