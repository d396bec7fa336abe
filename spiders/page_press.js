// What a page can be made to show by pressing what has no address: number the handles, press one, say what came.
() => {
  const own = window.saytmetr;
  const HANDLE = "data-saytmetr-handle", OURS = [HANDLE, "data-saytmetr-to", "data-saytmetr-shown"];
  const MOST = 160, MAX_LABEL = 70, FEW_LETTERS = 12;
  const ROLES = new Set(["button", "tab", "link", "menuitem", "menuitemradio", "option", "switch"]);
  const TOLD = ["url", "href", "link", "target", "toggle", "bsToggle", "bsTarget", "modal", "page", "tab", "route", "goto"];
  const NEVER = new Set(["SCRIPT", "STYLE", "NOSCRIPT", "TEMPLATE", "HTML", "BODY", "FORM", "TEXTAREA", "IFRAME", "VIDEO", "AUDIO", "SELECT", "OBJECT"]);
  const FRAME = "nav, header, footer, aside, menu, [role=navigation], [role=menubar], [role=menu], [role=banner]";
  const FRAME_NAME = /(^|[^a-z])(nav|navbar|menu|menyu|header|topbar|burger|hamburger|drawer|sidebar|mnu)/i;
  const said = text => (text || "").replace(/\s+/g, " ").trim();
  const isSeen = one => one.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const known = new Map();  // number -> [element, sign]
  let next = 1;

  const textOf = one => {
    const all = document.createTreeWalker(one, NodeFilter.SHOW_TEXT);
    let text = "";
    while (all.nextNode()) text += ` ${all.currentNode.data}`;
    return said(text);
  };
  const labelOf = one => {
    const text = one.tagName === "INPUT" ? said(one.value) : textOf(one);
    return /[\p{L}\p{N}]/u.test(text) ? text : said(one.getAttribute("aria-label") || one.title || one.getAttribute("alt")) || text;
  };
  const signOf = one => [one.tagName, one.className instanceof SVGAnimatedString ? "" : one.className, labelOf(one).slice(0, 99)].join("|");
  const leads = one => {  // has an address of its own
    const way = one.getAttribute("href");
    if (way === null || one.closest("svg")) return false;
    if (/^\s*(javascript:|$)/i.test(way)) return false;
    if (!way.startsWith("#")) return true;
    if (/^#!?\//.test(way)) return true;
    const target = way.length > 1 && document.getElementById(way.slice(1));
    return Boolean(target) && isSeen(target);
  };

  // A box that listens for its entries: a list, or a row of boxes of one make.
  const LISTS = new Set(["UL", "OL", "NAV", "MENU", "TABLE", "TBODY", "TR", "HEADER", "SECTION", "DIV"]);
  const isWired = one => one.hasAttribute("onclick") || typeof one.onclick === "function" || own.hears(one);
  const listens = new WeakMap();
  const isList = one => {
    if (!listens.has(one)) {
      const isRow = one.tagName === "TR", makes = new Map();
      for (const child of one.children) makes.set(child.tagName, (makes.get(child.tagName) || 0) + 1);
      const isOfMany = Math.max(0, ...makes.values()) >= (isRow || one.tagName === "DIV" ? 3 : 2);
      listens.set(one, isOfMany && LISTS.has(one.tagName) && isWired(one) && !(isRow && one.hasAttribute("onclick")));
    }
    return listens.get(one);
  };
  const isEntry = one => isList(one.parentElement) || (one.parentElement.parentElement && one.tagName === "TD" && isList(one.parentElement.parentElement));

  const isHandle = one => {
    if (NEVER.has(one.tagName) || one.hasAttribute(HANDLE)) return false;
    if (one.tagName === "INPUT" && !/^(button|image)$/.test(one.type)) return false;
    if (one.tagName === "OPTION") {
      const box = one.closest("select"), form = one.closest("form");
      return isSeen(box) && !box.disabled && !(form && form.querySelector("input:not([type=hidden]):not([type=submit]), textarea"));
    }
    if (one.closest("form, svg") && one.tagName !== "svg") return false;
    if ((one.tagName === "A" || one.tagName === "AREA") && leads(one)) return false;
    const above = one.closest("a");
    if (above && above !== one && leads(above)) return false;
    const isBorn = ["A", "AREA", "BUTTON", "INPUT", "SUMMARY"].includes(one.tagName) || ROLES.has(one.getAttribute("role"));
    if (isList(one)) return false;
    const wired = isWired(one) || isEntry(one);
    const isTold = !isBorn && !wired && one.dataset !== undefined && TOLD.some(name => one.dataset[name] !== undefined);
    if (!isBorn && !wired && !isTold) {
      if (getComputedStyle(one).cursor !== "pointer") return false;
      const parent = one.parentElement;
      if (parent && getComputedStyle(parent).cursor === "pointer" && !NEVER.has(parent.tagName)) return false;
    }
    if (!isBorn && !wired && one.parentElement.closest(`[${HANDLE}]`)) return false;
    // A box that listens for what it holds is none itself; an entry of a menu may hold the menu that it opens.
    if (!isBorn && one.tagName !== "LI" && !one.hasAttribute("onclick") && one.querySelector("a[href], button, input, textarea")) return false;
    if (one.disabled) return false;
    // A group that opens holds what it opens.
    const label = [...one.childNodes].filter(node => !(node instanceof Element && node.matches("ul, ol, div, table"))).map(node => node.textContent).join(" ");
    if (Math.min(labelOf(one).length, said(label).length || 999) > MAX_LABEL) return false;
    // What stands in a menu that is closed can be pressed all the same, and its name tells what for.
    return isSeen(one) || ((isBorn || wired) && /\p{L}{3}/u.test(labelOf(one)));
  };

  // Numbers what is new on the page; gives [number, sign] of each.
  own.tag = () => {
    if (next === 1) document.querySelectorAll(OURS.map(name => `[${name}]`).join()).forEach(one => OURS.forEach(name => one.removeAttribute(name)));
    const fresh = [], lost = new Map();
    for (const [number, [one, sign]] of known) if (!one.isConnected) lost.set(sign, [...(lost.get(sign) || []), number]);
    for (const one of document.body.getElementsByTagName("*")) {
      if (known.size >= MOST) break;
      if (!isHandle(one)) continue;
      const drawnAnew = (lost.get(signOf(one)) || []).shift();
      if (drawnAnew !== undefined) {
        one.setAttribute(HANDLE, drawnAnew);
        known.set(drawnAnew, [one, signOf(one)]);
        continue;
      }
      one.setAttribute(HANDLE, next);
      known.set(next, [one, signOf(one)]);
      fresh.push([next, signOf(one)]);
      next += 1;
    }
    return fresh;
  };

  // The number of a link to this address: a script may answer a press on it where the server does not.
  own.numberOf = url => {
    const one = [...document.querySelectorAll("a[href]")].find(link => link.href.split("#")[0] === url);
    if (!one) return null;
    one.setAttribute(HANDLE, next);
    known.set(next, [one, signOf(one)]);
    return next++;
  };

  // The page was loaded anew: what was numbered before bears its number again.
  own.adopt = (signs, from) => {
    next = from;
    const bySign = new Map();
    for (const one of document.body.getElementsByTagName("*")) if (!NEVER.has(one.tagName)) {
      const sign = signOf(one);
      if (!bySign.has(sign)) bySign.set(sign, []);
      bySign.get(sign).push(one);
    }
    for (const [number, sign] of signs) {
      const one = (bySign.get(sign) || []).shift();
      if (!one) continue;
      one.setAttribute(HANDLE, number);
      known.set(number, [one, sign]);
    }
  };

  const shown = () => {
    const found = new Map();
    for (const one of document.body.getElementsByTagName("*")) {
      if (/^(SCRIPT|STYLE|NOSCRIPT|TEMPLATE|OPTION)$/.test(one.tagName)) continue;
      let text = "";
      for (const node of one.childNodes) if (node.nodeType === 3) text += node.data;
      text = said(text);
      if (one.tagName === "IFRAME") text = `frame ${one.src}`;
      else if (/^(INPUT|TEXTAREA|SELECT)$/.test(one.tagName) && one.type !== "hidden") text = `field ${one.name}`;
      if (text && isSeen(one)) found.set(one, text);
    }
    return found;
  };
  let before = new Map();
  const restless = new WeakSet();  // changes by itself: a clock, a carousel

  const changed = now => {
    const gone = new Map();
    for (const [one, text] of before) if (now.get(one) !== text) gone.set(text, (gone.get(text) || 0) + 1);
    const fresh = [];
    for (const [one, text] of now) {
      if (before.get(one) === text || restless.has(one)) continue;
      if (gone.get(text)) { gone.set(text, gone.get(text) - 1); continue; }  // drawn anew, and the same
      fresh.push(one);
    }
    return fresh;
  };

  own.note = () => { before = shown(); };
  own.calm = () => { for (const one of changed(shown())) for (let up = one, n = 0; up && up !== document.body && n < 2; up = up.parentElement, n += 1) restless.add(up); };

  // Presses a handle as a visitor with a mouse would; gives its label, or null where it is no longer there.
  own.press = number => {
    own.tag();  // what was drawn anew since bears its number again
    const [one] = known.get(number) || [];
    if (!one || !one.isConnected) return null;
    own.note();
    own.touch();
    own.opened = null;
    own.wasPressed = true;
    const label = labelOf(one).slice(0, 200);
    if (one.tagName === "OPTION") {
      const box = one.closest("select");
      box.selectedIndex = [...box.options].indexOf(one);
      box.dispatchEvent(new Event("input", { bubbles: true }));
      box.dispatchEvent(new Event("change", { bubbles: true }));
      return label;
    }
    const at = { bubbles: true, cancelable: true, view: window };
    one.dispatchEvent(new PointerEvent("pointerover", at));
    one.dispatchEvent(new MouseEvent("mouseover", at));
    const above = [];  // a mouse enters what stands round a thing too
    for (let up = one; up && up !== document.body; up = up.parentElement) above.unshift(up);
    for (const each of above) each.dispatchEvent(new MouseEvent("mouseenter", { ...at, bubbles: false }));
    for (const [Kind, name] of [[PointerEvent, "pointerdown"], [MouseEvent, "mousedown"], [PointerEvent, "pointerup"], [MouseEvent, "mouseup"]]) one.dispatchEvent(new Kind(name, at));
    if (one.click) one.click(); else one.dispatchEvent(new MouseEvent("click", at));
    return label;
  };

  const isInFrame = one => {
    for (let up = one; up && up !== document.body; up = up.parentElement) {
      if (up.matches(FRAME) || FRAME_NAME.test(`${up.id} ${typeof up.className === "string" ? up.className : ""}`)) return true;
    }
    return false;
  };
  const whole = one => {
    const html = one.outerHTML, tag = one.tagName;
    if (tag === "TR") return `<table>${html}</table>`;
    if (tag === "TD" || tag === "TH") return `<table><tr>${html}</tr></table>`;
    if (/^T(BODY|HEAD|FOOT)$/.test(tag)) return `<table>${html}</table>`;
    return tag === "LI" ? `<ul>${html}</ul>` : html;
  };

  // What came of it: the address now, that of a window or a frame that was opened, what appeared, whether that is a menu.
  own.came = number => {
    const now = shown(), fresh = changed(now);
    const told = { url: location.href, away: own.opened || null, html: "", menu: false };
    const frame = fresh.find(one => one.tagName === "IFRAME" && /^https?:/.test(one.src));
    if (frame) told.away = frame.src;
    const all = new Map(), mine = new Map();
    const count = (into, one) => { for (let up = one; up && up !== document.body; up = up.parentElement) into.set(up, (into.get(up) || 0) + 1); };
    for (const one of now.keys()) count(all, one);
    for (const one of fresh) count(mine, one);
    const tops = new Set();
    for (const one of fresh) {
      let top = one;
      for (let up = one.parentElement; up && up !== document.body && all.get(up) === mine.get(up); up = up.parentElement) top = up;
      tops.add(top);
    }
    const parts = [...tops];
    const letters = parts.reduce((sum, one) => sum + said(one.textContent).length, 0);
    const hasField = fresh.some(one => /^(INPUT|TEXTAREA)$/.test(one.tagName));
    const hasWay = fresh.some(one => one.closest(`a[href], [${HANDLE}]`) && !before.has(one));
    if (letters < FEW_LETTERS && !hasField && !hasWay) return told;
    let linked = 0;
    for (const one of fresh) if (one.closest(`a, [${HANDLE}]`)) linked += now.get(one).length;
    const total = fresh.reduce((sum, one) => sum + now.get(one).length, 0);
    const [handle] = known.get(number);
    const entries = fresh.filter(one => one.closest(`a, [${HANDLE}]`));
    // Names one below the other, none of them a title with a day: a menu, wherever it stands.
    const areNames = entries.length > 1 && linked > 0.8 * total && linked / entries.length < 40 && !entries.some(one => /\d{4}|\d[./]\d/.test(now.get(one)));
    told.menu = areNames || (linked * 2 > total && isInFrame(handle));
    told.html = parts.map(whole).join("\n");
    return told;
  };

  own.text = () => document.body.innerText;
}
