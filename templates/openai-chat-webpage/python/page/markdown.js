// Markdown as elements of the page. No text is ever read as HTML: it goes in as text, so
// what a model writes (or what somebody had it read) can show, but do nothing.

const FENCE = /^ {0,3}(`{3,}|~{3,})\s*([\w+#.-]*)/;
const HEADING = /^ {0,3}(#{1,6})\s+(.*?)\s*#*\s*$/;
const RULE = /^ {0,3}([-*_])(?:\s*\1){2,}\s*$/;
const QUOTE = /^ {0,3}> ?/;
const ITEM = /^(\s*)([-*+]|(\d{1,9})[.)])(?:\s+|$)/;
const COLUMNS = /^\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$/;

// What stands inside a line, the first that matches counts: code, an image or a link, an
// address, bold, italic, struck out. Each is bounded, so that no text takes long.
const INLINE = new RegExp(
  [
    "(?<ticks>`+)(?<code>.{1,2000}?)(?<!`)\\k<ticks>(?!`)",
    "!?\\[(?<label>[^\\]\\n]{1,500})\\]\\((?<target>[^\\s()]{1,2000}(?:\\([^\\s()]{0,500}\\))?)\\)",
    "(?<address>https?://[^\\s<>\"'`]{1,2000}[^\\s<>\"'`.,;:!?)\\]*_~])",
    "\\*\\*(?=\\S)(?<bold>.{1,2000}?)(?<=\\S)\\*\\*",
    "(?<![\\w*])[*_](?=[^\\s*_])(?<italic>.{1,2000}?)(?<=[^\\s*_])[*_](?![\\w*])",
    "~~(?=\\S)(?<struck>.{1,2000}?)(?<=\\S)~~",
    "\\\\(?<escaped>[!-/:-@[-`{-~])",
  ].join("|"),
  "s",
);

/** Makes an element with what goes into it. */
function element(name, ...children) {
  const made = document.createElement(name);
  made.append(...children);
  return made;
}

/** A link that opens in a tab of its own; only an address of the web becomes one. */
function link(target, ...children) {
  if (!/^(https?:\/\/|mailto:)/i.test(target)) return children;
  const made = element("a", ...children);
  made.href = target;
  made.target = "_blank";
  made.rel = "noopener noreferrer";
  return [made];
}

/** The nodes for some text. A picture becomes a link: to show it would be to ask for it. */
function inline(text) {
  const nodes = [];
  let rest = text;
  for (let found = INLINE.exec(rest); found; found = INLINE.exec(rest)) {
    const { code, label, target, address, bold, italic, struck, escaped } = found.groups;
    nodes.push(...lines(rest.slice(0, found.index)));
    if (code) nodes.push(element("code", code.replace(/^ (.*) $/s, "$1")));
    else if (label) nodes.push(...link(target, ...inline(label)));
    else if (address) nodes.push(...link(address, address));
    else if (bold) nodes.push(element("strong", ...inline(bold)));
    else if (italic) nodes.push(element("em", ...inline(italic)));
    else if (struck) nodes.push(element("del", ...inline(struck)));
    else nodes.push(escaped);
    rest = rest.slice(found.index + found[0].length);
  }
  return [...nodes, ...lines(rest)];
}

/** Text whose ends of lines count, as one expects in a conversation. */
function lines(text) {
  return text.split("\n").flatMap((line, index) => (index ? [element("br"), line] : line || []));
}

const isBlank = (line) => line.trim() === "";
const indent = (line) => line.search(/\S|$/);

const isTable = (all, at) =>
  all[at].includes("|") && at + 1 < all.length && COLUMNS.test(all[at + 1]) && all[at + 1].includes("-");

const begins = (all, at) =>
  [FENCE, HEADING, RULE, QUOTE, ITEM].some((kind) => kind.test(all[at])) || isTable(all, at);

/** The number of the line after the block that begins in line `at`. */
function endOfBlock(all, at) {
  let end = at + 1;
  const fence = FENCE.exec(all[at]);
  if (fence) {
    const closing = new RegExp(`^ {0,3}${fence[1][0]}{${fence[1].length},}\\s*$`);
    while (end < all.length && !closing.test(all[end])) end += 1;
    return Math.min(end + 1, all.length);
  }
  if (HEADING.test(all[at]) || RULE.test(all[at])) return end;
  let goesOn = (line) => !isBlank(line) && !begins(all, end);
  if (QUOTE.test(all[at])) goesOn = (line) => QUOTE.test(line);
  else if (isTable(all, at)) goesOn = (line) => line.includes("|");
  else if (ITEM.test(all[at])) {
    // Blank lines belong to a list when it goes on behind them.
    const inside = (line) => ITEM.test(line) || indent(line) > 1;
    goesOn = (line, next) => (isBlank(line) ? next !== undefined && inside(next) : inside(line) || !begins(all, end));
    if (RULE.test(all[at])) goesOn = () => false;
  }
  while (end < all.length && goesOn(all[end], all[end + 1])) end += 1;
  return end;
}

/** The element for the lines of one block. */
function block(all) {
  const fence = FENCE.exec(all[0]);
  if (fence) {
    const closed = all.length > 1 && all.at(-1).trim().startsWith(fence[1]);
    const code = element("code", all.slice(1, closed ? -1 : undefined).join("\n"));
    const pre = element("pre", code);
    // What is wider than the page is scrolled, with the keyboard too.
    pre.tabIndex = 0;
    pre.setAttribute("role", "group");
    pre.setAttribute("aria-label", `Code ${fence[2]}`.trim());
    return pre;
  }
  const heading = HEADING.exec(all[0]);
  // The page has headings of its own above these.
  if (heading) return element(`h${Math.min(heading[1].length + 2, 6)}`, ...inline(heading[2]));
  if (RULE.test(all[0])) return element("hr");
  if (QUOTE.test(all[0])) {
    return element("blockquote", ...blocks(all.map((line) => line.replace(QUOTE, ""))));
  }
  if (isTable(all, 0)) return table(all);
  if (ITEM.test(all[0])) return list(all);
  return element("p", ...inline(all.map((line) => line.trim()).join("\n")));
}

function table([head, , ...body]) {
  const cells = (line) => line.trim().replace(/^\||(?<!\\)\|$/g, "").split(/(?<!\\)\|/);
  const row = (line, kind) =>
    element("tr", ...cells(line).map((text) => element(kind, ...inline(text.trim().replace(/\\\|/g, "|")))));
  const made = element(
    "div",
    element(
      "table",
      element("thead", row(head, "th")),
      element("tbody", ...body.map((line) => row(line, "td"))),
    ),
  );
  made.className = "table";
  made.tabIndex = 0;
  made.setAttribute("role", "group");
  made.setAttribute("aria-label", "Table");
  return made;
}

function list(all) {
  const [, margin, , number] = ITEM.exec(all[0]);
  const made = element(number ? "ol" : "ul");
  if (number) made.start = Number(number);
  const items = [];
  for (const line of all) {
    const found = ITEM.exec(line);
    if (found && indent(line) < margin.length + 2) items.push([line.slice(found[0].length)]);
    else items.at(-1).push(line);
  }
  for (const [first, ...more] of items) {
    const deep = Math.min(...more.filter((line) => !isBlank(line)).map(indent), Infinity);
    const parts = blocks([first, ...more.map((line) => line.slice(Math.min(deep, indent(line))))]);
    const [only] = parts;
    const flat = only?.tagName === "P" ? [...only.childNodes, ...parts.slice(1)] : parts;
    made.append(element("li", ...flat));
  }
  return made;
}

/** Cuts lines into blocks, each as its lines. */
function* cut(all) {
  for (let at = 0; at < all.length; ) {
    const end = endOfBlock(all, at);
    if (!isBlank(all[at])) yield all.slice(at, end);
    at = isBlank(all[at]) ? at + 1 : end;
  }
}

function blocks(all) {
  return [...cut(all)].map(block);
}

/**
 * Shows Markdown in an element. What is there already from an earlier, shorter text stays, so
 * that an answer that grows costs little and what is selected in it stays selected.
 */
export function showMarkdown(place, text) {
  let at = 0;
  for (const each of cut(text.split("\n"))) {
    const source = each.join("\n");
    const shown = place.children[at];
    if (shown?.source !== source) {
      const made = Object.assign(block(each), { source });
      if (shown) shown.replaceWith(made);
      else place.append(made);
    }
    at += 1;
  }
  while (place.children.length > at) place.lastElementChild.remove();
}
