/* What is typed into a form is kept in the browser until it is saved. Without this, forms work as before.
   A form takes part when it holds a [data-draft] notice (_macros/forms.html). "local" outlasts the tab: organisers' texts.
   "session" ends with the tab: what may be another person's, or health data, on a device that people share. */
"use strict";

{
  const PREFIX = "draft:";
  const SENT = "draft-sent";
  const SWITCHED = "draft-switched";
  const KEPT_DAYS = 30;
  const stores = { local: () => localStorage, session: () => sessionStorage };

  /* The browser may refuse its storage, or it may be full: then no draft is kept. */
  const attempt = (act) => {
    try {
      return act();
    } catch {
      return null;
    }
  };
  const read = (store, key) => attempt(() => JSON.parse(stores[store]().getItem(key)));
  const write = (store, key, value) => attempt(() => stores[store]().setItem(key, JSON.stringify(value)));
  const remove = (store, key) => attempt(() => stores[store]().removeItem(key));
  const removeAll = (isOld) => {
    for (const store of Object.keys(stores)) {
      for (const key of attempt(() => Object.keys(stores[store]())) ?? []) {
        if (key.startsWith(PREFIX) && isOld(read(store, key))) remove(store, key);
      }
    }
  };

  /* The same form in each language has one draft. */
  const keyOf = (form) => PREFIX + new URL(form.action).pathname.replace(/^\/(fi|sv|en)(?=\/)/, "");
  const isTyped = (field) => field.name && !["password", "file", "hidden", "submit", "button"].includes(field.type);
  const isBox = (field) => field.type === "checkbox" || field.type === "radio";
  const typedIn = (form) =>
    [...form.elements].filter(isTyped).flatMap((field) => {
      if (isBox(field)) return field.checked ? [[field.name, field.value]] : [];
      if (field.type === "select-multiple") return [...field.selectedOptions].map((option) => [field.name, option.value]);
      return [[field.name, field.value]];
    });
  const stateOf = (form) => JSON.stringify(typedIn(form));

  const fill = (form, draft) => {
    const left = new Map();
    for (const [name, value] of draft.typed) left.set(name, [...(left.get(name) ?? []), value]);
    for (const field of [...form.elements].filter(isTyped)) {
      const values = left.get(field.name) ?? [];
      if (isBox(field)) field.checked = values.includes(field.value);
      else if (field.type === "select-multiple") for (const option of field.options) option.selected = values.includes(option.value);
      else if (values.length) field.value = values.shift();
      field.dispatchEvent(new Event("change", { bubbles: true }));
    }
    /* The version that the writer saw: what others have saved since is merged or shown, not overwritten. */
    const version = form.elements.namedItem("form_version");
    if (version && draft.version) version.value = draft.version;
  };

  const timeOf = (at) => {
    const language = document.documentElement.lang;
    const locale = { fi: "fi-FI", sv: "sv-FI", en: "en-GB" }[language];
    const today = new Date(at).toDateString() === new Date().toDateString();
    return new Intl.DateTimeFormat(locale, { ...(today ? {} : { day: "numeric", month: "numeric" }), hour: "numeric", minute: "2-digit" }).format(at);
  };

  /* A save is answered by a redirect, a refusal by a page. A sign-in page means that the session had ended. */
  const sent = attempt(() => JSON.parse(sessionStorage.getItem(SENT)));
  remove("session", SENT);
  const redirected = (performance.getEntriesByType("navigation")[0]?.redirectCount ?? 0) > 0;
  if (sent && redirected && !document.querySelector("[data-sign-in]")) remove(sent.store, sent.key);
  removeAll((draft) => !draft?.at || draft.at < Date.now() - KEPT_DAYS * 86_400_000);
  const switched = attempt(() => sessionStorage.getItem(SWITCHED));
  remove("session", SWITCHED);

  let leaving = false;
  const dirty = new Set();

  for (const notice of document.querySelectorAll("[data-draft]")) {
    const form = notice.closest("form");
    const store = notice.dataset.draft;
    const key = keyOf(form);
    const refused = form.closest("main").querySelector("[data-error-summary]") !== null;
    const shown = stateOf(form);
    const save = () => {
      if (stateOf(form) === shown && !refused) {
        dirty.delete(form);
        remove(store, key);
        return;
      }
      dirty.add(form);
      write(store, key, { at: Date.now(), typed: typedIn(form), version: form.elements.namedItem("form_version")?.value ?? "" });
    };
    const found = read(store, key);
    const hide = () => { notice.hidden = true; };
    if (refused) dirty.add(form);
    if (found && JSON.stringify(found.typed) !== shown) {
      if (switched === key) {
        fill(form, found);
        dirty.add(form);
      } else {
        const words = notice.querySelector("[data-draft-words]");
        words.textContent = words.dataset.draftWords.replace("{time}", timeOf(found.at));
        notice.hidden = false;
        notice.querySelector("[data-draft-restore]").addEventListener("click", () => {
          fill(form, found);
          hide();
          save();
          [...form.elements].find(isTyped)?.focus();
        });
        notice.querySelector("[data-draft-discard]").addEventListener("click", () => {
          remove(store, key);
          hide();
          [...form.elements].find(isTyped)?.focus();
        });
      }
    }
    form.addEventListener("input", save);
    form.addEventListener("change", save);
    form.addEventListener("submit", () => {
      leaving = true;
      write("session", SENT, { store, key });
    });
    for (const link of document.querySelectorAll("[data-switch-language]")) {
      link.addEventListener("click", () => {
        if (!dirty.has(form)) return;
        leaving = true;
        attempt(() => sessionStorage.setItem(SWITCHED, key));
      });
    }
  }

  for (const form of document.querySelectorAll("form:has([data-clears-drafts]), form[data-clears-drafts]")) {
    form.addEventListener("submit", () => {
      leaving = true;
      removeAll(() => true);
    });
  }

  addEventListener("beforeunload", (event) => {
    if (!leaving && dirty.size) event.preventDefault();
  });
  addEventListener("pageshow", () => { leaving = false; });
}
