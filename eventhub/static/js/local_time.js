/* The reader's own time beside an event's, where their clock shows another. Without it the page says the event's time and zone. */
"use strict";

{
  const { words, short } = document.currentScript.dataset;
  const language = document.documentElement.lang;
  const locale = { fi: "fi-FI", sv: "sv-FI", en: "en-GB" }[language];
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;

  /* The parts of a wall clock: in the zone, what it shows at the instant. */
  const wall = (instant, timeZone) =>
    Object.fromEntries(
      new Intl.DateTimeFormat("en-GB", { timeZone, hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit", hour: "numeric", minute: "2-digit" })
        .formatToParts(instant)
        .map(({ type, value }) => [type, value])
    );
  const dayOf = (parts) => `${parts.year}-${parts.month}-${parts.day}`;
  const clockOf = (parts) => `${Number(parts.hour)}${language === "en" ? ":" : "."}${parts.minute}`;
  const dayInWords = (instant) =>
    new Intl.DateTimeFormat(locale, { timeZone: here, weekday: "short", day: "numeric", month: language === "en" ? "long" : "numeric" }).format(instant);

  /* The reader's time, with the day where it is not the day that the page shows. */
  const own = (instant, shown) => {
    const parts = wall(instant, here);
    return (dayOf(parts) === shown ? "" : `${dayInWords(instant)} `) + clockOf(parts);
  };

  for (const time of document.querySelectorAll("time[data-zone]")) {
    const { zone, end } = time.dataset;
    const start = new Date(time.dateTime);
    const there = wall(start, zone);
    const mine = wall(start, here);
    if (dayOf(there) + clockOf(there) === dayOf(mine) + clockOf(mine)) continue;
    const until = end ? `–${own(new Date(end), dayOf(mine))}` : "";
    const isShort = "short" in time.dataset;
    const text = (isShort ? short : words)
      .replace("{time}", own(start, dayOf(there)) + until)
      .replace("{zone}", here.replaceAll("_", " "));
    const added = document.createElement("span");
    added.className = "own-time";
    added.textContent = text;
    time.after(isShort ? " " : " · ", added);
  }
}
