(quotes, height) => {
  // Where do these words stand on the page? The first that is found is brought to the screen and outlined; others too,
  // where they stand on the same screen. Space and case do not count; of long words the beginning is enough.
  const COLOUR = "#d4002a", LEAST = 4;
  const width = document.documentElement.clientWidth;
  const low = (letter) => letter.toLowerCase()[0] || letter;
  const fold = (text) => [...(text || "")].filter((one) => !/\s/.test(one)).map(low).join("");

  const shown = (el) => el.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true });
  const at = [];
  let text = "";
  const walker = document.createTreeWalker(document.body || document.documentElement, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node && text.length < 400000; node = walker.nextNode()) {
    const el = node.parentElement;
    if (!el || /^(SCRIPT|STYLE|NOSCRIPT|TEMPLATE)$/.test(el.tagName)) continue;
    for (let i = 0; i < node.data.length; i++) {
      const letter = node.data[i];
      if (!/\s/.test(letter)) { text += low(letter); at.push([node, i]); }
    }
  }

  const boxOf = (rects, el) => {
    const full = rects.filter((r) => r.width > 1 && r.height > 1);
    if (!full.length) return null;
    const left = Math.min(...full.map((r) => r.left)), top = Math.min(...full.map((r) => r.top));
    const right = Math.max(...full.map((r) => r.right)), bottom = Math.max(...full.map((r) => r.bottom));
    if (right <= 0 || left >= width || bottom + window.scrollY <= 0) return null;
    return { el, left: left + window.scrollX, top: top + window.scrollY, right: right + window.scrollX, bottom: bottom + window.scrollY };
  };
  const boxOfElement = (el) => el && shown(el) ? boxOf([...el.getClientRects(), ...[...el.querySelectorAll("*")].slice(0, 20).flatMap((one) => [...one.getClientRects()])], el) : null;
  // What is put away until it is pressed (a closed menu) is told by what it lies in.
  const holderOf = (el) => {
    for (let one = el.parentElement; one && one !== document.body; one = one.parentElement) {
      const box = shown(one) && boxOf([one.getBoundingClientRect()], one);
      if (box) return (box.right - box.left) * (box.bottom - box.top) < 0.25 * width * height ? { ...box, within: true } : null;
    }
    return null;
  };
  const boxOfWords = (words, isHolder, whole = words) => {
    const wanted = fold(words), all = fold(whole);
    if (wanted.length < LEAST) return null;
    for (let from = text.indexOf(wanted); from >= 0; from = text.indexOf(wanted, from + 1)) {
      const first = at[from];
      if (isHolder) { const box = holderOf(first[0].parentElement); if (box) return box; continue; }
      if (!shown(first[0].parentElement)) continue;
      const range = document.createRange();
      range.setStart(first[0], first[1]);
      let to = from + wanted.length - 1;
      while (to - from + 1 < all.length && text[to + 1] === all[to - from + 1]) to++;
      range.setEnd(at[to][0], at[to][1] + 1);
      const box = boxOf([...range.getClientRects()], first[0].parentElement);
      if (box) return box;
    }
    return null;
  };
  const boxOfLink = (address, isHolder) => {
    const plain = (url) => url.replace(/^https?:\/\/(www\.)?/i, "").replace(/\/$/, "");
    for (const el of document.querySelectorAll("a[href], area[href]")) {
      if (plain(el.href) === plain(address)) { const box = isHolder ? holderOf(el) : boxOfElement(el); if (box) return box; }
    }
    return null;
  };
  const boxOfField = (quote) => {
    const name = /(?:^|\s)name=([^\s"'\]]+)/.exec(quote);
    return name ? boxOfElement(document.querySelector(`[name="${CSS.escape(name[1])}"]`)) : null;
  };
  const find = (quote) => {
    const address = /(https?:\/\/\S+)\s*$/.exec(quote);
    const rest = address ? quote.slice(0, address.index).trim() : quote.trim();
    const link = address && boxOfLink(address[1]);
    if (link) return link;
    if (/^(input|form|button)\b.*=/.test(rest)) return boxOfField(rest);
    if (/^viewport:/.test(rest)) return null;
    const wholes = [rest], colon = rest.indexOf(": ");
    if (colon > 0) wholes.push(rest.slice(colon + 2));
    const tries = wholes.map((one) => [one, one]);
    for (const one of wholes) for (const n of [80, 40, 20]) if (one.length > n) tries.push([one.slice(0, n), one]);
    if (colon > 0) tries.push([rest.slice(0, colon), rest.slice(0, colon)]);
    for (const [words, whole] of tries) {
      const box = boxOfWords(words.replace(/…$/, ""), false, whole);
      if (box) return box;
    }
    return (address && boxOfLink(address[1], true)) || (rest && boxOfWords(rest, true));
  };

  const isUnder = (hit, el) => {
    // Something fixed to the screen lies over it.
    for (let one = hit; one && !one.contains(el); one = one.parentElement) if (getComputedStyle(one).position === "fixed") return true;
    return !hit;
  };

  const boxes = quotes.map(find);
  const first = boxes.find((box) => box);
  window.scrollTo({ left: 0, top: 0, behavior: "instant" });
  if (first && first.bottom > height - 40) window.scrollTo({ left: 0, top: Math.max(0, first.top - height / 3), behavior: "instant" });
  const top = window.scrollY;
  const told = boxes.map((box) => {
    if (!box) return null;
    const lowest = Math.min(box.bottom, top + height - 6), right = Math.min(box.right, width - 6), left = Math.max(box.left, 6);
    if (box.top < top || box.top > top + height - 12 || (box !== first && box.bottom > top + height) || right <= left) return "elsewhere";
    const x = (left + right) / 2, y = Math.min(box.top + 8, (box.top + lowest) / 2) - top;
    const isCovered = isUnder(document.elementFromPoint(x, y), box.el);
    const frame = document.createElement("div");
    frame.style.cssText = `all:initial;position:absolute;pointer-events:none;box-sizing:border-box;z-index:2147483647;` +
      `left:${left - 4}px;top:${box.top - 4}px;width:${right - left + 8}px;height:${lowest - box.top + 8}px;` +
      `border:3px ${box.within ? "dashed" : "solid"} ${COLOUR};border-radius:3px;box-shadow:0 0 0 2px #fff`;
    document.documentElement.append(frame);
    return { box: [left - 4, box.top - 4 - top, right - left + 8, lowest - box.top + 8].map(Math.round), covered: isCovered, within: !!box.within };
  });
  return { told, page: [document.documentElement.scrollWidth, document.documentElement.scrollHeight] };
}
