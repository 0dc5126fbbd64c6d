// <job-feed>: what the control room sends from the picture while the officer's page is open. The event says that there is
// something; the list is fetched with its pictures.

import { toast } from "../lib/toast.js";
import { live } from "../page.js";

class JobFeed extends HTMLElement {
  #leave = () => {};

  connectedCallback() {
    const again = () => document.body.dispatchEvent(new CustomEvent("job-picture"));
    this.#leave = live.subscribe(`incident.${this.dataset.incident}`, {
      reload: again,
      event: (event) => {
        if (event.kind !== "video.described" && event.kind !== "video.marked") return;
        if (event.data.change === "clashed") return;
        again();
        if (event.kind === "video.described") {
          toast(`Incident ${this.dataset.serial}: ${event.data.version === 1 ? "new description" : `D${event.data.ordinal} changed`}`, "It is on this page.");
          navigator.vibrate?.([200, 100, 200]);
        }
      },
    });
  }

  disconnectedCallback() {
    this.#leave();
  }
}

customElements.define("job-feed", JobFeed);
