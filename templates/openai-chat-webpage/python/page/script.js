// The page: it keeps the conversation, asks the server, and shows the answers as they come.

import { showMarkdown } from "./markdown.js";

const [turns, welcome, composer, field, send, stop, refusal, status] = [
  "turns",
  "welcome",
  "composer",
  "message",
  "send",
  "stop",
  "refusal",
  "status",
].map((id) => document.getElementById(id));

// What was said, as the model is told. Each tab has its own, for as long as it is open.
let messages = [];
// While an answer is being written: what stops it.
let writing = null;

/** Adds a turn to the page, and returns the place of its answer. */
function addTurn(question) {
  const blank = document.getElementById("turn").content;
  const turn = document.importNode(blank, true).firstElementChild;
  turn.querySelector(".question .text").textContent = question;
  turns.append(turn);
  welcome.hidden = true;
  return turn;
}

/** Reads the lines of an answer, as the server sends them. */
async function* readLines(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (let { done, value } = await reader.read(); !done; { done, value } = await reader.read()) {
    const lines = (rest + value).split("\n");
    rest = lines.pop();
    for (const line of lines) yield JSON.parse(line);
  }
}

/** Shows text as it grows: the longer showing it takes, the less often. */
function painter(place) {
  let pieces = [];
  let due = 0;
  let waiting = 0;
  function paint() {
    waiting = 0;
    const began = performance.now();
    if (began < due) {
      waiting = requestAnimationFrame(paint);
      return;
    }
    pieces = [pieces.join("")];
    const follow = innerHeight + scrollY > document.documentElement.scrollHeight - 80;
    showMarkdown(place, pieces[0]);
    if (follow) scrollTo(0, document.documentElement.scrollHeight);
    due = performance.now() + 10 * (performance.now() - began);
  }
  return {
    add(piece) {
      pieces.push(piece);
      waiting ||= requestAnimationFrame(paint);
    },
    finish() {
      cancelAnimationFrame(waiting);
      due = 0;
      paint();
      return pieces[0];
    },
  };
}

/** Asks, and shows the answer in a turn of the page. */
async function ask(question, turn) {
  const answer = turn.querySelector(".answer");
  const tell = (text, wrong) => {
    const note = answer.querySelector(".note");
    note.classList.toggle("wrong", wrong);
    note.textContent = text;
  };
  const painted = painter(answer.querySelector(".text"));
  const asked = [...messages, { role: "user", content: question }];
  let whole = false;
  begin(answer);
  scrollTo(0, document.documentElement.scrollHeight);
  try {
    const response = await fetch("chat", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ messages: asked }),
      signal: writing.signal,
    });
    if (!response.ok) {
      const { detail } = await response.json().catch(() => ({}));
      giveBack(question, turn, typeof detail === "string" ? detail : `Error ${response.status}`);
      return;
    }
    for await (const { text, warning, error, end } of readLines(response.body)) {
      if (text) painted.add(text);
      if (warning ?? error) tell(warning ?? error, true);
      whole ||= end !== undefined;
      if (error) return;
    }
    if (!whole) tell("The answer broke off: is the sample still running?", true);
  } catch (error) {
    whole = error.name === "AbortError";
    tell(whole ? "Stopped." : "Nobody answers: is the sample still running?", !whole);
  } finally {
    // What the page shows is what the model is told next; a turn that failed is forgotten.
    const content = painted.finish();
    turn.kept = whole && content !== "" && turn.isConnected;
    if (turn.kept) messages = [...asked, { role: "assistant", content }];
    finish(answer, whole ? content : "");
  }
}

/** The server did not take it: it is in the field again, with the reason. */
function giveBack(question, turn, reason) {
  turn.remove();
  welcome.hidden = turns.children.length > 0;
  field.value = question;
  refusal.textContent = reason;
}

function begin(answer) {
  writing = new AbortController();
  answer.setAttribute("aria-busy", "true");
  for (const place of answer.querySelectorAll(".text, .note")) place.replaceChildren();
  status.textContent = "The assistant is writing.";
  refusal.textContent = "";
  send.hidden = true;
  stop.hidden = false;
}

function finish(answer, content) {
  writing = null;
  answer.removeAttribute("aria-busy");
  // Somebody who can't see it hears it once, when it is whole.
  const heard = answer.querySelector(".text").innerText.slice(0, 5000);
  status.textContent = content ? `The assistant wrote: ${heard}` : "";
  // The next message can be typed, unless somebody is elsewhere on the page meanwhile.
  const idle = [document.body, stop].includes(document.activeElement);
  send.hidden = false;
  stop.hidden = true;
  resize();
  if (idle) field.focus();
}

function submit() {
  const question = field.value.trim();
  if (!question || writing) return;
  field.value = "";
  ask(question, addTurn(question));
}

/** The field is as high as what is in it, up to a third of the window. */
function resize() {
  field.style.height = "auto";
  field.style.height = `${Math.min(field.scrollHeight + 2, innerHeight / 3)}px`;
}

composer.addEventListener("submit", (event) => {
  event.preventDefault();
  submit();
});
field.addEventListener("input", resize);
field.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  submit();
});
stop.addEventListener("click", () => writing?.abort());
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") writing?.abort();
});
document.getElementById("new").addEventListener("click", () => {
  writing?.abort();
  messages = [];
  turns.replaceChildren();
  welcome.hidden = false;
  refusal.textContent = "";
  field.focus();
});

// Try again: the last turn alone has the button. Its answer is forgotten, and asked for anew.
turns.addEventListener("click", (event) => {
  const turn = turns.lastElementChild;
  if (!event.target.matches(".again") || writing || !turn.contains(event.target)) return;
  if (turn.kept) messages = messages.slice(0, -2);
  turn.kept = false;
  ask(turn.querySelector(".question .text").textContent, turn);
});
