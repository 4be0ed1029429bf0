/* What improves any page. Everything works without it. */
"use strict";

document.documentElement.classList.add("has-js");

/* After a form was sent with errors, the summary of them takes the focus: here for browsers that heed autofocus on controls only. */
if (!("autofocus" in HTMLElement.prototype)) document.querySelector("[data-error-summary]")?.focus();

/* data-copy names the field whose text is copied; data-copied is what the button then says for a moment. */
for (const button of document.querySelectorAll("[data-copy]")) {
  button.addEventListener("click", async () => {
    const field = document.getElementById(button.dataset.copy);
    const words = button.querySelector("[aria-live]");
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      return; /* no right to the clipboard: the text is selected, ready for the keyboard */
    }
    const before = words.textContent;
    words.textContent = button.dataset.copied;
    setTimeout(() => { words.textContent = before; }, 2000);
  });
}
