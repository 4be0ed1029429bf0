/*
 * Rows dragged into another order. Each row of [data-sortable] holds an input named "order"; after a drag the inputs stand in
 * the new order and the form is sent. The buttons for up and down in each row do the same from the keyboard.
 */
"use strict";

for (const list of document.querySelectorAll("[data-sortable]")) {
  Sortable.create(list, {
    handle: ".handle",
    animation: window.matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 150,
    onEnd(event) {
      if (event.oldIndex === event.newIndex) return;
      /* Each input names the form by its form attribute, so that rows can hold forms of their own. */
      const form = list.querySelector("[name=order]")?.form;
      form?.requestSubmit();
    },
  });
}
