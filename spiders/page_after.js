// What we ask of a page: go on to its end, press what brings more, type a word, mark a quote, say what it shows.
() => {
  const own = window.saytmetr;
  const said = text => (text || "").replace(/\s+/g, " ").trim();
  const low = text => said(text).toLocaleLowerCase("az");
  const isShown = box => { const at = box.getBoundingClientRect(); return at.width > 0 && at.height > 0; };
  const pressed = new WeakMap();

  own.size = () => document.getElementsByTagName("*").length;

  own.onward = words => {
    own.touch();
    const before = own.size();
    const end = document.documentElement.scrollHeight, step = window.innerHeight;
    for (let at = step; at < end && at < step * 12; at += step) window.scrollTo(0, at);
    window.scrollTo(0, end);
    window.dispatchEvent(new Event("scroll"));
    if (words.length) {
      for (const one of document.querySelectorAll("button, a, [role=button], input[type=button]")) {
        const text = low(one.value || one.textContent);
        if (!text || text.length > 40 || !words.some(word => text === low(word) || text.startsWith(low(word) + " "))) continue;
        const way = one.getAttribute("href");
        // A link that leads to a page of its own is followed as a link.
        if (one.tagName === "A" && way && !/^(#|javascript:)/i.test(way)) continue;
        if (one.closest("form") && one.type === "submit") continue;
        if (!isShown(one) || one.disabled || (pressed.get(one) || 0) >= 12) continue;
        pressed.set(one, (pressed.get(one) || 0) + 1);
        one.click();
        break;
      }
    }
    return before;
  };

  own.type = (field, word) => {
    own.touch();
    const box = document.querySelector(field);
    if (!box) return false;
    box.focus();
    const set = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(box), "value").set;
    set.call(box, word);  // past a framework's own setter, which would not notice
    box.dispatchEvent(new Event("input", { bubbles: true }));
    box.dispatchEvent(new Event("change", { bubbles: true }));
    const key = { key: "Enter", code: "Enter", keyCode: 13, which: 13, bubbles: true, cancelable: true };
    const before = own.size(), was = location.href;
    let isTaken = !box.dispatchEvent(new KeyboardEvent("keydown", key));
    isTaken = !box.dispatchEvent(new KeyboardEvent("keypress", key)) || isTaken;
    box.dispatchEvent(new KeyboardEvent("keyup", key));
    if (isTaken || own.size() !== before || location.href !== was) return true;
    const form = box.form;
    if (form) { form.requestSubmit(); return true; }
    let near = box.parentElement;
    for (let up = 0; near && up < 3; up += 1, near = near.parentElement) {
      const button = near.querySelector("button, [role=button], input[type=submit], input[type=button], a[onclick]");
      if (button) { button.click(); break; }
    }
    return true;
  };

  own.mark = quote => {
    const wanted = low(quote);
    if (!wanted) return false;
    let best = null;
    for (const one of document.body.getElementsByTagName("*")) {
      if (/^(SCRIPT|STYLE|NOSCRIPT|TEMPLATE)$/.test(one.tagName) || !isShown(one)) continue;
      if (low(one.textContent).includes(wanted) && (!best || best.contains(one))) best = one;
    }
    if (!best) return false;
    best.style.setProperty("outline", "3px solid #d4002a", "important");
    best.style.setProperty("outline-offset", "2px", "important");
    best.scrollIntoView({ block: "center" });
    return true;
  };

  own.shown = () => {
    // What stands in open shadow trees is shown, and would be missing in the page as it is written out.
    const added = [];
    for (const host of [...document.querySelectorAll("*")]) {
      if (!host.shadowRoot) continue;
      const box = document.createElement("div");
      box.innerHTML = host.shadowRoot.innerHTML;
      host.append(box);
      added.push(box);
    }
    const type = document.doctype ? "<!doctype html>\n" : "";
    const html = type + document.documentElement.outerHTML;
    added.forEach(box => box.remove());
    return [html, document.title];
  };
}
