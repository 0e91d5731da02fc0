"use strict";

// A table that is wider than the page scrolls: with the keyboard too.
for (const table of document.querySelectorAll(".md-typeset table")) table.tabIndex = 0;

// The filters of the catalogue. The choices are kept in the address, so that a link can carry them.
const form = document.querySelector(".catalogue-filters");

if (form) {
  const samples = [...document.querySelectorAll(".catalogue > li")];
  const count = document.querySelector(".catalogue-count");
  const words = samples.map((sample) => sample.textContent.toLowerCase());

  const show = () => {
    const { text, ...choices } = Object.fromEntries(new FormData(form));
    const wanted = text.toLowerCase().split(/\s+/);
    samples.forEach((sample, index) => {
      sample.hidden = !(
        wanted.every((word) => words[index].includes(word)) &&
        Object.entries(choices).every(
          ([name, choice]) => !choice || sample.dataset[name].split(" ").includes(choice),
        )
      );
    });
    const shown = samples.filter((sample) => !sample.hidden).length;
    count.textContent = `${shown} of ${samples.length} samples`;
  };

  const remember = () => {
    const chosen = [...new FormData(form)].filter(([, choice]) => choice);
    const query = new URLSearchParams(chosen).toString();
    history.replaceState(history.state, "", query ? `?${query}` : location.pathname);
    show();
  };

  form.addEventListener("input", remember);
  form.addEventListener("submit", (event) => event.preventDefault());
  // The fields are empty only after this event.
  form.addEventListener("reset", () => setTimeout(remember));

  for (const [name, choice] of new URLSearchParams(location.search)) {
    const field = form.elements.namedItem(name);
    if (field) field.value = choice;
  }
  form.hidden = false;
  show();
}
