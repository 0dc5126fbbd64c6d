// On every page of the officer in a case: that a curfew of it was broken, or decided. Ids only; the page says who.

import { toast } from "../lib/toast.js";
import { live } from "../page.js";

/** @type {Record<string, string>} */
const WORDS = {
  RAISED: "A curfew of your case was broken.",
  WANTED_DRAFTED: "A curfew of your case was broken. A wanted draft is with a sergeant.",
  ACTED: "A sergeant acted on a broken curfew of your case.",
  NO_ACTION: "No action on a broken curfew of your case.",
};

if (document.querySelector(".officer") && document.body.dataset.user) {
  live.subscribe(`person.${document.body.dataset.user}`, {
    event: (event) => {
      if (event.kind !== "curfew.breach" || !WORDS[event.data.state]) return;
      toast(WORDS[event.data.state], "Curfews, Broken", `/curfews/breaches/${event.data.breach}/`);
    },
  });
}
