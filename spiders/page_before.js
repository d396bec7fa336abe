// Before any script of the page: what speaks past HTTP is gone, and we learn when the page rests.
(() => {
  for (const name of ["RTCPeerConnection", "webkitRTCPeerConnection", "RTCDataChannel", "RTCIceTransport", "WebTransport", "SharedWorker"]) {
    try { delete window[name]; } catch { /* it is not there */ }
  }
  const SOON_MS = 2500, DEEPEST = 4;  // a timer that sets itself again and again is a clock or a carousel
  const rings = new Set(), set = window.setTimeout.bind(window), clear = window.clearTimeout.bind(window);
  let depth = 0, changed = performance.now(), asked = 0;
  const touch = () => { changed = performance.now(); };
  const answered = () => { asked -= 1; touch(); };
  if (window.fetch) {
    const fetch = window.fetch;
    window.fetch = function (...given) {
      asked += 1;
      const answer = fetch.apply(this, given);
      answer.then(answered, answered);
      return answer;
    };
  }
  const send = XMLHttpRequest.prototype.send;
  XMLHttpRequest.prototype.send = function (...given) {
    asked += 1;
    this.addEventListener("loadend", answered, { once: true });
    try { return send.apply(this, given); } catch (error) { answered(); throw error; }
  };
  window.setTimeout = function (what, ms, ...rest) {
    if (typeof what !== "function" || !(ms <= SOON_MS || ms === undefined) || depth >= DEEPEST) return set(what, ms, ...rest);
    const mine = depth + 1;
    const id = set((...given) => {
      rings.delete(id);
      const before = depth;
      depth = mine;
      try { return what(...given); } finally { depth = before; }
    }, ms, ...rest);
    rings.add(id);
    return id;
  };
  window.clearTimeout = function (id) { rings.delete(id); return clear(id); };
  const HEARD = new Set(["click", "mousedown", "pointerdown", "mouseenter"]), heard = new WeakSet();
  const listen = EventTarget.prototype.addEventListener;
  EventTarget.prototype.addEventListener = function (kind, ...given) {
    if (HEARD.has(kind) && this instanceof Element) heard.add(this);
    return listen.call(this, kind, ...given);
  };
  new MutationObserver(touch).observe(document, { childList: true, subtree: true });
  Object.defineProperty(window, "saytmetr", { value: {}, enumerable: false });
  // A window of its own would leave this page's sight; where it was to lead is told, and scripts meet a blocked one.
  window.open = where => {
    try { window.saytmetr.opened = new URL(where || "", document.baseURI).href; } catch { /* no address */ }
    return null;
  };
  window.saytmetr.touch = touch;
  window.saytmetr.hears = one => heard.has(one);
  window.saytmetr.rests = quiet_ms => {
    if (document.readyState !== "complete") return false;
    if (!document.scripts.length && !window.saytmetr.wasPressed) return true;
    return !rings.size && !asked && performance.now() - changed >= quiet_ms;
  };
  // Asked here and not from outside, where each question costs both of us as much as a small page.
  window.saytmetr.rest = (quiet_ms, at_most_ms) => new Promise(done => {
    const until = performance.now() + at_most_ms;
    const look = () => {
      const rests = window.saytmetr.rests(quiet_ms);
      if (rests || performance.now() > until) done(rests);
      else set(look, 20);
    };
    look();
  });
})();
