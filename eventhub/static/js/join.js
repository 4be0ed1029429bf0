/* Presses the button for a person after a moment. Without it, or for a program that renders pages, nothing is pressed. */
"use strict";

const form = document.querySelector("[data-press-after]");
let waiting;

function wait() {
  clearTimeout(waiting);
  /* Prefetched and background pages are hidden; browsers that a program drives say so. */
  if (document.visibilityState === "visible" && !navigator.webdriver) {
    waiting = setTimeout(() => form.requestSubmit(), Number(form.dataset.pressAfter));
  }
}

document.addEventListener("visibilitychange", wait);
wait();
